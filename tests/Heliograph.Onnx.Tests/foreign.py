# Writes ONNX classifiers that this project did not make: foreign.py FOLDER. Needs PyTorch (Debian: python3-torch).
import sys
import torch
from torch import nn

folder = sys.argv[1]
torch.manual_seed(1)


class Block(nn.Module):
    """A basic block, as torchvision's ResNet-18 has it."""

    def __init__(self, channels, filters, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, filters, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(filters)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(filters, filters, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(filters)
        self.downsample = None
        if stride != 1 or channels != filters:
            self.downsample = nn.Sequential(nn.Conv2d(channels, filters, 1, stride, bias=False), nn.BatchNorm2d(filters))

    def forward(self, x):
        shortcut = x if self.downsample is None else self.downsample(x)
        return self.relu(self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x))))) + shortcut)


class ResNet18(nn.Module):
    def __init__(self, classes, width):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, width, 7, 2, 3, bias=False), nn.BatchNorm2d(width), nn.ReLU(), nn.MaxPool2d(3, 2, 1))
        widths = [width, width, 2 * width, 2 * width, 4 * width, 4 * width, 8 * width, 8 * width]
        self.blocks = nn.Sequential(*[Block(([width] + widths)[i], w, 2 if i in (2, 4, 6) else 1) for i, w in enumerate(widths)])
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(8 * width, classes)

    def forward(self, x):
        return self.fc(torch.flatten(self.pool(self.blocks(self.stem(x))), 1))


class Mobile(nn.Module):
    """Depthwise convolutions, ReLU6, a mean over rows and columns, a matrix product and its bias apart, and a softmax."""

    def __init__(self, classes):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 12, 3, padding=1), nn.ReLU6(), nn.Conv2d(12, 12, 3, 2, 1, groups=12, bias=False), nn.BatchNorm2d(12), nn.ReLU6(),
            nn.Conv2d(12, 20, 1), nn.PReLU(20), nn.AvgPool2d(2), nn.Dropout(0.3))
        self.weight = nn.Parameter(torch.randn(20, classes))
        self.bias = nn.Parameter(torch.randn(classes))

    def forward(self, x):
        return torch.softmax(self.features(x).mean([2, 3]) @ self.weight + self.bias, 1)


class Unknown(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.norm = nn.InstanceNorm2d(8)

    def forward(self, x):
        return torch.flatten(self.norm(self.conv(x)), 1)


def write(name, module, training=torch.onnx.TrainingMode.EVAL):
    for part in module.modules():
        if isinstance(part, nn.BatchNorm2d):
            nn.init.uniform_(part.weight, 0.5, 1.5)
            nn.init.normal_(part.bias, 0, 0.3)
            nn.init.normal_(part.running_mean, 0, 0.3)
            nn.init.uniform_(part.running_var, 0.5, 2)
    module.eval()
    torch.onnx.export(module, torch.zeros(1, 3, 32, 32), f"{folder}/{name}.onnx", input_names=["image"], output_names=["logits"],
                      dynamic_axes={"image": {0: "N"}, "logits": {0: "N"}}, opset_version=13, training=training, do_constant_folding=training == torch.onnx.TrainingMode.EVAL)


write("resnet18", ResNet18(28, 16))
# Kept apart, batch norms come as operators of their own.
write("resnet18-unfolded", ResNet18(28, 8), torch.onnx.TrainingMode.PRESERVE)
write("mobile", Mobile(10))
write("unknown", Unknown())
