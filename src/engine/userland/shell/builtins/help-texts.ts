/** Synopsis and purpose of each builtin and keyword of bash. */
const TEXTS = `
job_spec|job_spec [&]|Brings a job to the foreground, as fg does; with & to the background, as bg does.
((|(( expression ))|Evaluates an arithmetic expression; true if it is not zero.
.|. filename [arguments]|Runs the commands of a file in this shell.
:|:|Does nothing, successfully.
[|[ arg... ]|Tests a condition, like test; the last word must be a closing bracket.
[[|[[ expression ]]|Tests a condition; knows patterns, regular expressions, && and ||.
alias|alias [-p] [name[=value] ... ]|Defines short names for commands, or lists them.
bg|bg [job_spec ...]|Lets stopped jobs go on in the background.
break|break [n]|Leaves the innermost loop, or n loops.
builtin|builtin [shell-builtin [arg ...]]|Runs a builtin even where a function has its name.
caller|caller [expr]|Says from where the function under way was called.
case|case WORD in [PATTERN [| PATTERN]...) COMMANDS ;;]... esac|Runs the commands of the first pattern that a word matches.
cd|cd [-L|[-P [-e]] [-@]] [dir]|Change the shell working directory.
command|command [-pVv] command [arg ...]|Runs a command and no function of that name, or says what a name stands for.
continue|continue [n]|Goes on with the next round of the innermost loop, or of the nth.
coproc|coproc [NAME] command [redirections]|Runs a command in the background, joined to this shell by two pipes.
declare|declare [-aAfFgiIlnrtux] [name[=value] ...] or declare -p [-aAfFilnrtux] [name ...]|Sets variables and their attributes, or shows them.
dirs|dirs [-clpv] [+N] [-N]|Shows the stack of directories.
disown|disown [-h] [-ar] [jobspec ... | pid ...]|Takes jobs out of the shell's table, or keeps them from SIGHUP.
echo|echo [-neE] [arg ...]|Prints its arguments on a line.
enable|enable [-a] [-dnps] [-f filename] [name ...]|Puts builtins out of sight, and back.
eval|eval [arg ...]|Joins its arguments and runs them as a command.
exec|exec [-cl] [-a name] [command [argument ...]] [redirection ...]|Puts a program in the shell's place, or makes redirections stay.
exit|exit [n]|Ends the shell.
export|export [-fn] [name[=value] ...] or export -p|Gives variables to the programs that are run from now on.
false|false|Does nothing, unsuccessfully.
fc|fc [-e ename] [-lnr] [first] [last] or fc -s [pat=rep] [command]|Lists, edits and runs commands of the history again.
fg|fg [job_spec]|Brings a job to the foreground.
for|for NAME [in WORDS ... ] ; do COMMANDS; done|Runs commands for each word of a list.
for ((|for (( exp1; exp2; exp3 )); do COMMANDS; done|Runs commands as long as an expression is not zero.
function|function name { COMMANDS ; } or name () { COMMANDS ; }|Defines a function.
getopts|getopts optstring name [arg ...]|Takes the options of a script apart, one at each call.
hash|hash [-lr] [-p pathname] [-dt] [name ...]|Shows or changes where the shell remembers commands to be.
help|help [-dms] [pattern ...]|Says what builtins are for.
history|history [-c] [-d offset] [n] or history -anrw [filename] or history -ps arg [arg...]|Shows or changes the list of past commands.
if|if COMMANDS; then COMMANDS; [ elif COMMANDS; then COMMANDS; ]... [ else COMMANDS; ] fi|Runs commands if others succeed.
jobs|jobs [-lnprs] [jobspec ...] or jobs -x command [args]|Lists the jobs of the shell.
kill|kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]|Sends a signal to processes or jobs.
let|let arg [arg ...]|Evaluates arithmetic expressions.
local|local [option] name[=value] ...|Makes variables of a function its own.
logout|logout [n]|Ends a login shell.
mapfile|mapfile [-d delim] [-n count] [-O origin] [-s count] [-t] [-u fd] [-C callback] [-c quantum] [array]|Reads lines into an array.
popd|popd [-n] [+N | -N]|Takes a directory from the stack and goes to the next.
printf|printf [-v var] format [arguments]|Prints its arguments in a given form.
pushd|pushd [-n] [+N | -N | dir]|Puts a directory on the stack and goes there.
pwd|pwd [-LP]|Prints the working directory.
read|read [-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]|Reads a line and parts it into variables.
readarray|readarray [-d delim] [-n count] [-O origin] [-s count] [-t] [-u fd] [-C callback] [-c quantum] [array]|Reads lines into an array, as mapfile does.
readonly|readonly [-aAf] [name[=value] ...] or readonly -p|Makes variables unchangeable.
return|return [n]|Leaves a function or a file read by source.
select|select NAME [in WORDS ... ;] do COMMANDS; done|Shows a menu, and runs commands for each choice.
set|set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]|Sets options and positional parameters, or lists variables.
shift|shift [n]|Drops the first positional parameters.
shopt|shopt [-pqsu] [-o] [optname ...]|Sets and shows further options of the shell.
source|source filename [arguments]|Runs the commands of a file in this shell.
suspend|suspend [-f]|Stops the shell until it gets SIGCONT.
test|test [expr]|Tests a condition: of files, texts and numbers.
time|time [-p] pipeline|Says how long a pipeline takes.
times|times|Shows the processor time of the shell and its children.
trap|trap [-lp] [[arg] signal_spec ...]|Sets what is done when a signal or another event comes.
true|true|Does nothing, successfully.
type|type [-afptP] name [name ...]|Says what a name stands for.
typeset|typeset [-aAfFgiIlnrtux] name[=value] ... or typeset -p [-aAfFilnrtux] [name ...]|Sets variables and their attributes, as declare does.
ulimit|ulimit [-SHabcdefiklmnpqrstuvxPRT] [limit]|Shows or changes what the shell and its programs may use.
umask|umask [-p] [-S] [mode]|Shows or changes which permissions new files lack.
unalias|unalias [-a] name [name ...]|Removes aliases.
unset|unset [-f] [-v] [-n] [name ...]|Removes variables and functions.
until|until COMMANDS; do COMMANDS; done|Runs commands until others succeed.
wait|wait [-fn] [-p var] [id ...]|Waits for jobs to end.
while|while COMMANDS; do COMMANDS; done|Runs commands as long as others succeed.
{|{ COMMANDS ; }|Groups commands.
`;

/** By name. */
export const HELP: ReadonlyMap<string, readonly [synopsis: string, purpose: string]> = new Map(
  TEXTS.trim()
    .split('\n')
    .map((line) => {
      const first = line.indexOf('|');
      const last = line.lastIndexOf('|');
      return [line.slice(0, first), [line.slice(first + 1, last), line.slice(last + 1)]] as const;
    }),
);
