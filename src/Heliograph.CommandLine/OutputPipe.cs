using System.Text;
using Heliograph.Files;

namespace Heliograph.CommandLine;

/// <summary>Standard output that notices when its reader has gone (<see cref="ClosedPipe"/>).</summary>
sealed class OutputPipe : Stream
{
    readonly Stream output;
    readonly Action closed;

    OutputPipe(Stream output, Action closed) => (this.output, this.closed) = (output, closed);

    /// <summary>Puts it in the console's place.</summary>
    /// <param name="closed">Called instead of every write that nobody would read.</param>
    public static void Install(Action closed)
    {
        if (!Console.IsOutputRedirected)
            return;
        var encoding = Console.OutputEncoding is UTF8Encoding ? new UTF8Encoding(false) : Console.OutputEncoding;
        Console.SetOut(new StreamWriter(new OutputPipe(Console.OpenStandardOutput(), closed), encoding, bufferSize: 256) { AutoFlush = true });
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (ClosedPipe.IsAtOutput)
            closed();
        else
            output.Write(buffer);
    }

    public override void Flush() => output.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
