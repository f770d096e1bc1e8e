"""What feedback saves, with the real programs: a device, a server at the edge, and an SNR that changes while they run.

usage: feedback.py HELIOGRAPH DEVICE PAIR PHOTOS [PASSES [WIDTH]]

Sends the pictures in PHOTOS (a folder for each class: heliograph data images NAME --to PHOTOS), a part of them at each of 14 SNRs from -6 to 20 dB, the SNRs in an order that jumps up and
down, once with each number of symbols and once with feedback at each of several confidences. Prints, for each, the mean symbols a frame and the share of right answers as the edge
counted them, over all passes (one if not given), each with noise of its own, and for feedback how many fixed symbols (one number, or two numbers used alternately) have as many right answers.
"""
import json
import os
import subprocess
import sys
import tempfile
import urllib.request

SNRS = [-6, 8, 0, 14, 4, 18, -4, 10, 2, 20, 6, 16, -2, 12]
CONFIDENCES = [0.5, 0.7, 0.8, 0.9, 0.95]

heliograph, device, pair, photos = sys.argv[1:5]
passes = int(sys.argv[5]) if len(sys.argv) > 5 else 1
width = ["--width", sys.argv[6]] if len(sys.argv) > 6 else []
modes = json.loads(subprocess.run([heliograph, "pair", "info", pair, "--json"], check=True, capture_output=True).stdout)["modes"]


def parts(folder):
    """PHOTOS as links, a folder for each SNR, its pictures spread over the classes."""
    pictures = sorted(os.path.join(root, name) for root, _, names in os.walk(photos) for name in names)
    for at, path in enumerate(pictures):
        kind = os.path.basename(os.path.dirname(path))
        into = os.path.join(folder, str(SNRS[at % len(SNRS)]), kind)
        os.makedirs(into, exist_ok=True)
        os.symlink(os.path.abspath(path), os.path.join(into, os.path.basename(path)))
    return folder


def status(address):
    with urllib.request.urlopen(f"{address}/api/status") as answer:
        return json.load(answer)


def send(folder, ready, symbols, number):
    """One pass over all pictures; the mean symbols a frame, and the percentage of right answers."""
    total = frames = 0
    for snr in SNRS:
        lines = subprocess.run([device, "send", "--pair", pair, "--to", f"udp://{ready['udp']}", "--symbols", symbols[0], *symbols[1:], *width, "--channel", f"awgn:{snr}",
                                "--labels", "folders", "--device", str(number), "--seed", str(number), "--rate", "400", "--json", os.path.join(folder, str(snr))],
                               check=True, capture_output=True, text=True).stdout.splitlines()
        total += sum(json.loads(line)["mode"]["symbols"] for line in lines)
        frames += len(lines)
    name = f"{number:016x}"
    counted = next(one for one in status(ready["http"])["devices"] if one["device"] == name)
    return total / frames, 100 * counted["correct"] / counted["labelled"], frames, counted["labelled"]


def over_passes(folder, ready, symbols, first):
    """The same over all passes; each has a device and a seed of its own."""
    means, top1s, frames, counted = zip(*(send(folder, ready, symbols, first + one) for one in range(passes)))
    return sum(means) / passes, sum(top1s) / passes, sum(frames), sum(counted)


def without(fixed, top1):
    """The fewest fixed symbols with as many right answers."""
    found = [k for k, a in fixed if a >= top1]
    found += [k + (m - k) * (top1 - a) / (b - a) for k, a in fixed for m, b in fixed if m > k and a < top1 <= b]
    return min(found, default=None)


with tempfile.TemporaryDirectory() as scratch:
    folder = parts(scratch)
    server = subprocess.Popen([heliograph, "serve", "--pairs", pair, "--http", "0", "--udp", "0", "--json"], stdout=subprocess.PIPE, text=True)
    try:
        ready = json.loads(server.stdout.readline())
        fixed, number = [], 1
        print(f"{'symbols':>14} {'mean':>8} {'top-1 %':>8} {'frames':>7} {'counted':>8} {'fixed':>8} {'saved %':>8}")
        for k in modes["symbols"]:
            mean, top1, frames, counted = over_passes(folder, ready, [str(k)], number)
            fixed.append((mean, top1))
            number += passes
            print(f"{k:>14} {mean:8.1f} {top1:8.2f} {frames:7} {counted:8}", flush=True)
        for confidence in CONFIDENCES:
            mean, top1, frames, counted = over_passes(folder, ready, ["auto", "--confidence", str(confidence)], number)
            number += passes
            same = without(fixed, top1)
            saved = f"{same:8.1f} {100 * (1 - mean / same):8.1f}" if same else ""
            print(f"{'auto ' + str(confidence):>14} {mean:8.1f} {top1:8.2f} {frames:7} {counted:8} {saved}", flush=True)
    finally:
        server.terminate()
        server.wait()
