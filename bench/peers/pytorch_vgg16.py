"""The peer of the training benchmark: PyTorch's bare step on VGG16-BN, batch 128, synthetic images already in memory.

usage: pytorch_vgg16.py fp32|fp32-channels-last|bf16 train|evaluate THREADS STEPS
prints images a second (the median step). bf16 is autocast with channels-last; fp32 is contiguous.
"""
import statistics
import sys
import time

import torch
from torch import nn

precision, mode, threads, steps = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
torch.set_num_threads(threads)
torch.manual_seed(1)

layers, channels = [], 3
for width in [64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0]:
    if width == 0:
        layers.append(nn.MaxPool2d(2))
    else:
        layers += [nn.Conv2d(channels, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
        channels = width
net = nn.Sequential(*layers, nn.Flatten(), nn.Linear(512, 512), nn.ReLU(inplace=True),
                    nn.Linear(512, 512), nn.ReLU(inplace=True), nn.Linear(512, 100))
images, labels = torch.randn(128, 3, 32, 32), torch.randint(0, 100, (128,))
if precision != "fp32":
    net = net.to(memory_format=torch.channels_last)
    images = images.to(memory_format=torch.channels_last)
optimizer = torch.optim.SGD(net.parameters(), 0.01, momentum=0.9, weight_decay=5e-4)


def train():
    optimizer.zero_grad()
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=precision == "bf16"):
        logits = net(images)
    nn.functional.cross_entropy(logits.float(), labels).backward()
    optimizer.step()


def evaluate():
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=precision == "bf16"):
        net(images)


step = train if mode == "train" else evaluate
net.train(mode == "train")
for _ in range(2):
    step()
seconds = []
for _ in range(steps):
    start = time.perf_counter()
    step()
    seconds.append(time.perf_counter() - start)
print(len(labels) / statistics.median(seconds))
