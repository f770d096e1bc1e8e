"""Decodes code words with gr-fec's LDPC decoder (sum-product in double precision) and says how many come out wrong.

usage: ldpc.py ALIST ITERATIONS WORDS LLRS
  WORDS  the words that were sent, a byte a bit
  LLRS   what was received, ln P(0)/P(1), 32-bit floats

The decoder gives back the bits that gr-fec itself holds to be systematic; so the words are also sent without noise, and the results compared.
Prints: failed words, words, seconds of the decoding.
"""
import sys
import time

import numpy
from gnuradio import blocks, fec, gr


def decode(alist, iterations, received):
    # GNU Radio 3.10.5 takes its input for -ln P(0)/P(1) times sigma squared times 2: with sigma 0.5, half the ratio. A 1 is positive.
    decoder = fec.ldpc_decoder.make(alist, 0.5, iterations)
    flow = gr.top_block()
    source = blocks.vector_source_f(received.ravel().tolist())
    block = fec.decoder(decoder, 4, 1)
    sink = blocks.vector_sink_b()
    flow.connect(source, block, sink)
    start = time.perf_counter()
    flow.run()
    seconds = time.perf_counter() - start
    return numpy.array(sink.data(), numpy.uint8).reshape(len(received), -1), seconds


def failures(sent, decoded):
    return int((sent != decoded).any(axis=1).sum())


alist, iterations = sys.argv[1], int(sys.argv[2])
words = numpy.fromfile(sys.argv[3], numpy.uint8)
with open(alist) as file:
    length = int(file.readline().split()[0])
words = words.reshape(-1, length)
llrs = numpy.fromfile(sys.argv[4], numpy.float32).reshape(words.shape)
sent, _ = decode(alist, iterations, 8.0 * words - 4.0)
# Versions differ in whether they take the ratio or half of it: what fails less on some of the words is right.
few = slice(0, 200)
half, whole = (failures(sent[few], decode(alist, iterations, -factor * llrs[few])[0]) for factor in (0.5, 1.0))
decoded, seconds = decode(alist, iterations, -(0.5 if half <= whole else 1.0) * llrs)
print(failures(sent, decoded), len(words), seconds)
