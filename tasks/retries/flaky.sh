# Succeeds the third time.
echo try >> tries
if [ "$(wc -l < tries)" -lt 3 ]; then
    echo "the mirror is temporarily unavailable" >&2
    exit 1
fi
