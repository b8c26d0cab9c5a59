/** A person at a terminal, which python3 opens: it reads what is on the screen, and types. */

/** Runs a program on a terminal; each time the screen shows a text for the first time, the keys beside it are sent. */
export const TYPIST = `
import json, os, pty, select, signal, sys, time
asked = json.load(sys.stdin)
pid, terminal = pty.fork()
if pid == 0:
    os.chdir(asked["cwd"])
    if asked["to"] == "pipe": os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    if asked["to"] == "no stdin": os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    if asked["to"] == "no stderr": os.dup2(os.open("stderr.txt", os.O_CREAT | os.O_WRONLY), 2)
    os.execve(asked["argv"][0], asked["argv"], asked["env"])
screen, keys, until = b"", asked["keys"], time.time() + 250
while time.time() < until:
    if select.select([terminal], [], [], 0.1)[0]:
        try: more = os.read(terminal, 4096)
        except OSError: break
        if not more: break
        screen += more
    if keys and keys[0][0].encode() in screen:
        time.sleep(0.3)
        os.write(terminal, keys.pop(0)[1].encode())
else:
    os.kill(pid, signal.SIGKILL)
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
json.dump({"code": code, "screen": screen.decode("utf-8", "replace"), "unsent": len(keys)}, sys.stdout)
`;
