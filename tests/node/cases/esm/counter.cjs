let count = 0;
exports.count = count;
exports.next = () => ++count;
