using Heliograph.Channels;
using static TorchSharp.torch;

namespace Heliograph.Training.Channels;

/// <summary><see cref="FadingChannel"/> as tensors.</summary>
sealed class DifferentiableFading(FadingChannel channel) : DifferentiableChannel
{
    private protected override Tensor Receive(Tensor symbols, NoiseLevel noise)
    {
        var (a, b) = Samples.Of(symbols);
        long samples = a.shape[1], block = channel.Block == 0 ? samples : channel.Block, blocks = (samples + block - 1) / block;
        Tensor Gains() => (randn([symbols.shape[0], blocks]) * channel.Deviation).to(symbols.device);
        Tensor Spread(Tensor gains) => gains.repeat_interleave(block, dim: 1).narrow(1, 0, samples);
        Tensor re = Spread(Gains() + channel.Constant), im = Spread(Gains());
        Tensor c = noise.AddTo(re * a - im * b), d = noise.AddTo(re * b + im * a);
        if (channel.KnownToReceiver)
        {
            var power = re.square() + im.square() + noise.Column(symbols, snr => snr.NoiseVariance);
            (c, d) = ((re * c + im * d) / power, (re * d - im * c) / power);
        }
        return Samples.Symbols(c, d, symbols.shape[1]);
    }
}
