#!/usr/bin/env python3
"""Watches one operation over /ws/progress: python3 watch.py https://hub.example 7 OPERATION_ID  (RELEVO_API_KEY in the environment)

Needs nothing but `websockets` (Debian: python3-websockets). Comes back after a cut, and misses nothing: it asks for what came after the last seq.
"""
import asyncio, json, os, random, sys
import websockets

FINAL = {4400, 4401, 4403}  # coming back unchanged cannot work


async def watch(hub, user_id, operation_id):
    url = f"{hub.replace('http', 'ws', 1)}/ws/progress?userId={user_id}"
    headers = {"Authorization": f"Bearer {os.environ['RELEVO_API_KEY']}"}
    seq, delay, shown = 0, 0.5, {}

    def show(subject, line):  # after a crash of the hub a snapshot says again what is so
        if shown.get(subject) != line:
            print(line, flush=True)
        shown[subject] = line

    while True:
        try:
            async with websockets.connect(url, extra_headers=headers) as socket:
                await socket.send(json.dumps({"type": "start_operation", "operation_id": operation_id, "after": seq}))
                async for text in socket:
                    event, delay = json.loads(text), 0.5
                    if event.get("type") == "error":
                        sys.exit(f"{event['code']}: {event['message']}")
                    seq = max(seq, event["seq"])
                    if event.get("type") == "operation":
                        show(None, f"── {event['title'] or operation_id}: {event['state']}")
                        if event["state"] in ("completed", "error", "stopped"):
                            return event["state"] == "completed"
                    else:
                        percent = "  … " if event["progress"] is None else f"{event['progress']:3.0f}%"
                        show(event["step"], f"{percent} {event['step']}: {event['status']} {event['message']}")
        except websockets.InvalidStatusCode as refused:
            if refused.status_code in (400, 401, 403):
                sys.exit(f"refused with {refused.status_code}")
        except (OSError, websockets.ConnectionClosed, asyncio.TimeoutError) as lost:
            if getattr(lost, "code", None) in FINAL:
                sys.exit(f"closed with {lost.code}: {lost.reason}")
        await asyncio.sleep(delay * random.uniform(0.5, 1))  # jitter: not everybody at once
        delay = min(delay * 2, 30)


if __name__ == "__main__":
    sys.exit(0 if asyncio.run(watch(*sys.argv[1:4])) else 1)
