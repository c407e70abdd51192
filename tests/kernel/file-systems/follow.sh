### tail -F follows a name through what becomes of it
touch f
tail -F f > out 2>&1 &
sleep 0.3; echo one >> f; sleep 0.3; echo two >> f; mv f g; echo three > f
sleep 0.4; rm f; sleep 0.4; echo four > f; sleep 0.4; echo -n > f; sleep 0.3; echo new >> f
sleep 0.3; mv g f; sleep 0.3; chmod 600 f; sleep 0.2; kill $!
cat out

### tail -f follows the file
touch f
tail -f f > out 2>&1 &
sleep 0.3; echo a >> f; mv f g; sleep 0.2; echo b >> g; ln g h; rm g; echo c >> h; sleep 0.2; kill $!
cat out

### more than one
echo a > f; echo b > g
tail -f f g > out 2>&1 &
sleep 0.3; echo c >> g; sleep 0.2; echo d >> f; sleep 0.2; echo e >> f; sleep 0.2; kill $!
cat out

### until a process ends
sleep 0.6 & tail -f --pid=$! f & touch f; sleep 0.2; echo one >> f; wait; echo ended

### at once: nothing is lost when it is killed right after
touch f
tail -n 0 -f f > out & sleep 0.3; echo last >> f; sleep 0.05; kill $!; cat out
