"""Runs one program in a pseudo-terminal. What to do comes as JSON on stdin, what was seen goes as JSON to stdout."""
import codecs, fcntl, json, os, pty, re, select, signal, struct, sys, tempfile, termios, time

# Titles and links end with BEL or ESC \; then what moves the cursor or colours; then short ones; what may grow still.
CONTROLS = re.compile(
    r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\|$)|\x1b\[[0-?]*[ -/]*(?:[@-~]|$)|\x1b[()][0-9A-Z]|\x1b(?:[=>A-Z0-9a-z\\]|$)"
)


def plain(text):
    """The text without control sequences: a prefix of what it is once more has come."""
    ends = CONTROLS.sub("", text).replace("\r\n", "\n")
    if ends.endswith("\r"): ends = ends[:-1]
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", lambda found: "\n" if found[0] == "\r" else "", ends)


asked = json.load(sys.stdin)
apart = {name: tempfile.TemporaryFile() for name in asked["apart"]}
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", asked["rows"], asked["columns"], 0, 0))
    for name, file in apart.items():
        os.dup2(file.fileno(), ["stdin", "stdout", "stderr"].index(name))
    os.chdir(asked["cwd"])
    os.execve(asked["argv"][0], asked["argv"], asked["env"])

decoder, raw, keys = codecs.getincrementaldecoder("utf-8")("replace"), "", asked["keys"]
# Keys wait for their text behind what was matched, and behind what was shown when the keys before were sent.
seen, until, is_late = 0, time.monotonic() + asked["seconds"], False
while not is_late:
    is_late = time.monotonic() > until
    if select.select([terminal], [], [], 0.02)[0]:
        try: more = os.read(terminal, 65536)
        except OSError: break  # Nobody has the terminal open any more.
        if not more: break
        raw += decoder.decode(more)
        continue
    screen = plain(raw)
    at = screen.find(keys[0][0], seen) if keys else -1
    if at >= 0:
        shown, typed = keys.pop(0)
        seen = len(screen) if typed else at + len(shown)
        os.write(terminal, typed.encode())
try: os.killpg(pid, signal.SIGKILL) if is_late else None
except ProcessLookupError: pass
status = os.waitpid(pid, 0)[1]
# Lines are edited by the terminal again, what is typed is seen, and so is the cursor.
modes = termios.ICANON | termios.ECHO
is_restored = termios.tcgetattr(terminal)[3] & modes == modes and raw.rfind("\x1b[?25l") <= raw.rfind("\x1b[?25h")
written = {}
for name, file in apart.items():
    file.seek(0)
    written[name] = file.read().decode("utf-8", "replace")
json.dump({
    "code": os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
    "signal": signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else None,
    "screen": plain(raw), "raw": raw, "apart": written, "isRestored": is_restored, "unsent": keys, "isLate": is_late,
}, sys.stdout)
