# Runs a command that cannot outlive whoever holds the other end of the lifeline.
#
#   sh -c "$(cat guard.sh)" guard SCRATCH LIFELINE COMMAND...
#
# LIFELINE is a FIFO, or "-" for the standard input (the command then gets /dev/null). The lifeline carries no data: its
# end, by close or by the death of the holder in whatever way, kills the command with SIGKILL. A parent-death signal
# would not do, because it follows the thread that started the process. The directory SCRATCH is removed at the end.

# A Ctrl-C in the terminal reaches the whole process group; the guard has to stay until the command has gone.
trap '' INT HUP TERM TTOU

scratch=$1
lifeline=$2
shift 2

if [ "$lifeline" = - ]; then
    exec 3<&0 4</dev/null
else
    exec 4<&0 3<"$lifeline"
fi
terminal=$(stty -g <&4 2>/dev/null)

"$@" <&4 3<&- 4<&- &
command=$!
(
    exec 4<&-
    read -r _ <&3
    kill -KILL "$command"
) 2>/dev/null &
watcher=$!

# Quiet: the shell would report how the command died, and that a watcher which has done its work is not there.
wait "$command" 2>/dev/null
status=$?
kill -KILL "$watcher" 2>/dev/null
# A killed QEMU leaves the terminal raw.
[ -z "$terminal" ] || stty "$terminal" <&4
rm -rf -- "$scratch"
exit "$status"
