### tail -F follows a name through what becomes of it
seen() { until [ "$(grep -c "$1" out)" -ge ${2:-1} ]; do sleep 0.05; done; }
touch f; tail -F f > out 2>&1 &
echo one >> f; seen one
# What was written right before is not lost.
echo two >> f; mv f g; seen inaccessible; echo three > f; seen three
rm f; seen inaccessible 2; echo four > f; seen four
echo -n > f; seen truncated; echo new >> f; seen new
mv g f; seen two 2; chmod 600 f; kill $!
cat out

### tail -f follows the file
seen() { until grep -qx "$1" out; do sleep 0.05; done; }
touch f; tail -f f > out 2>&1 &
echo a >> f; seen a; mv f g; echo b >> g; seen b; ln g h; rm g; echo c >> h; seen c; kill $!
cat out

### more than one
seen() { until grep -qx "$1" out; do sleep 0.05; done; }
echo a > f; echo b > g
tail -f f g > out 2>&1 &
seen b; echo c >> g; seen c; echo d >> f; seen d; echo e >> f; seen e; kill $!
cat out

### until a process ends
touch f; sleep 0.6 & tail -f --pid=$! f &
echo one >> f; wait; echo ended
