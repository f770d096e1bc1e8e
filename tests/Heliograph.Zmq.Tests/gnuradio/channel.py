#!/usr/bin/env python3
"""A radio channel in GNU Radio without a window: complex samples come in over ZeroMQ, noise is added, and they go out over ZeroMQ.

  channel.py --input tcp://127.0.0.1:5001 --output tcp://127.0.0.1:* --noise-voltage 0.27 [--pattern pubsub] [--vector SAMPLES] [--seed 7]

Prints "ready ADDRESS" with the address of its output when it runs; ends when its standard input does, or on SIGTERM.
"""
import argparse
import signal
import sys

from gnuradio import blocks, channels, gr, zeromq

# channel_model resamples, even at rate 1, with a filter that looks ahead: its output begins with the input's fourth sample. Three
# samples before the stream put every sample in its place again; the last five wait in the filter until others follow.
LOOKAHEAD = 3


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--input", required=True, help="where the sender is bound")
    parser.add_argument("--output", required=True, help="where to bind for the receiver")
    parser.add_argument("--noise-voltage", type=float, required=True, help="sqrt(2) times the noise's deviation on one real symbol")
    parser.add_argument("--pattern", choices=["pushpull", "pubsub"], default="pushpull")
    parser.add_argument("--vector", type=int, default=1, help="samples of a frame, so that each message holds whole frames")
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()

    sample, vector = gr.sizeof_gr_complex, arguments.vector
    push = arguments.pattern == "pushpull"
    source = (zeromq.pull_source if push else zeromq.sub_source)(sample, vector, arguments.input, 100)
    sink = (zeromq.push_sink if push else zeromq.pub_sink)(sample, vector, arguments.output, 100)
    graph = gr.top_block()
    graph.connect(
        source,
        blocks.vector_to_stream(sample, vector),
        blocks.delay(sample, LOOKAHEAD),
        channels.channel_model(noise_voltage=arguments.noise_voltage, taps=[1.0], noise_seed=arguments.seed),
        blocks.stream_to_vector(sample, vector),
        sink,
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    graph.start()
    print("ready", sink.last_endpoint(), flush=True)
    try:
        sys.stdin.read()
    finally:
        graph.stop()
        graph.wait()


if __name__ == "__main__":
    main()
