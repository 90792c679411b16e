# Gives a program a terminal of its task: PTS DIRECTORY SCRIPT. The terminal's name is left in
# DIRECTORY/tty for changes of its size.
mount -n --bind "$1" /dev/pts || exit 125
exec "$3" --quiet --return --flush --echo always --command "sh '$2/session.sh'" /dev/null
