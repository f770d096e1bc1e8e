using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Heliograph.Files;

namespace Heliograph.Training.Data;

/// <summary>Downloads one file through a <c>.part</c> file beside it, which a later download continues.</summary>
sealed class Downloader(DownloadFile file, string folder, IProgress<DownloadProgress>? progress)
{
    const int BufferBytes = 1 << 17;

    readonly string final = Path.Combine(folder, file.FileName), part = Path.Combine(folder, file.FileName + ".part");

    /// <summary>Wait after the first lost connection; doubles with each one that brought nothing.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Connections in a row that may bring nothing.</summary>
    public int Attempts { get; init; } = 6;

    /// <summary>How long a connection may be silent.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Downloads, checks and names the file.</summary>
    public async Task<string> GetAsync(CancellationToken cancellation)
    {
        if (File.Exists(final))
            return final;
        Directory.CreateDirectory(folder);
        bool goesOn = new FileInfo(part) is { Exists: true, Length: > 0 };
        await FetchAsync(cancellation).ConfigureAwait(false);
        if (!await IsWholeAsync(cancellation).ConfigureAwait(false) && goesOn)
        {
            Tell("the partial file of an earlier download does not fit; starting again");
            File.Delete(part);
            await FetchAsync(cancellation).ConfigureAwait(false);
        }
        if (!await IsWholeAsync(cancellation).ConfigureAwait(false))
        {
            File.Delete(part);
            throw new InvalidDataException($"{file.Source}: the downloaded file is not {file.FileName} (its MD5 should be {file.Md5}).");
        }
        File.Move(part, final, overwrite: true);
        DurableFolder.Flush(folder);
        return final;
    }

    async Task<bool> IsWholeAsync(CancellationToken cancellation)
    {
        using FileStream stream = File.OpenRead(part);
#pragma warning disable CA5351 // The publisher gives an MD5; it finds damage, it does not authenticate.
        byte[] hash = await MD5.HashDataAsync(stream, cancellation).ConfigureAwait(false);
#pragma warning restore CA5351
        return Convert.ToHexStringLower(hash) == file.Md5;
    }

    /// <summary>Fills the part file, over as many connections as that takes.</summary>
    async Task FetchAsync(CancellationToken cancellation)
    {
        using var client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        using var output = new FileStream(part, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        TimeSpan delay = FirstDelay;
        for (int barren = 0; ;)
        {
            long before = output.Seek(0, SeekOrigin.End);
            try
            {
                await FetchRestAsync(client, output, cancellation).ConfigureAwait(false);
                output.Flush(flushToDisk: true);
                return;
            }
            catch (ConnectionLostException e)
            {
                if (output.Length > before)
                    (barren, delay) = (0, FirstDelay);
                else if (++barren >= Attempts)
                    throw new IOException($"{file.Source}: {e.Message} ({Attempts} attempts). The part that has arrived is kept; the next download continues from there.", e);
                Tell($"{e.Message}; trying again");
                output.Flush(flushToDisk: true);
                await Task.Delay(delay, cancellation).ConfigureAwait(false);
                delay *= 2;
            }
        }
    }

    /// <summary>One connection: requests what is missing and writes what arrives.</summary>
    async Task FetchRestAsync(HttpClient client, FileStream output, CancellationToken cancellation)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Get, file.Source);
        if (output.Length > 0)
            request.Headers.Range = new RangeHeaderValue(output.Length, null);
        silence.CancelAfter(Silence);
        using HttpResponseMessage response = await ReceiveAsync(
            () => client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token), cancellation).ConfigureAwait(false);
        if (!Begin(response, output))
            return;

        long? total = output.Length + response.Content.Headers.ContentLength;
        using Stream body = await ReceiveAsync(() => response.Content.ReadAsStreamAsync(silence.Token), cancellation).ConfigureAwait(false);
        byte[] buffer = new byte[BufferBytes];
        while (true)
        {
            silence.CancelAfter(Silence);
            int count = await ReceiveAsync(() => body.ReadAsync(buffer, silence.Token).AsTask(), cancellation).ConfigureAwait(false);
            if (count == 0)
                break;
            await output.WriteAsync(buffer.AsMemory(0, count), cancellation).ConfigureAwait(false);
            progress?.Report(new DownloadProgress(output.Length, total));
        }
    }

    /// <summary>Places the output where the response's body begins; false when nothing is missing.</summary>
    bool Begin(HttpResponseMessage response, FileStream output)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.PartialContent when response.Content.Headers.ContentRange?.From == output.Length:
                return true;
            case HttpStatusCode.OK:
                output.SetLength(0);
                return true;
            case HttpStatusCode.RequestedRangeNotSatisfiable when output.Length > 0:
                if (response.Content.Headers.ContentRange?.Length == output.Length)
                    return false;
                output.SetLength(0);
                throw new ConnectionLostException("the server's file has changed since the download began");
            case HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError:
                throw new ConnectionLostException($"the server answered {(int)response.StatusCode}");
            default:
                throw new IOException($"{file.Source}: the server answered {(int)response.StatusCode} {response.ReasonPhrase}.");
        }
    }

    /// <summary>Awaits the network and tells its failures from those of the disk.</summary>
    static async Task<T> ReceiveAsync<T>(Func<Task<T>> receive, CancellationToken cancellation)
    {
        try
        {
            return await receive().ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new ConnectionLostException("the server does not answer", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new ConnectionLostException($"no connection ({e.Message.Split('\n')[0].TrimEnd('.', ' ', '\r')})", e);
        }
    }

    void Tell(string note) => progress?.Report(new DownloadProgress(new FileInfo(part).Length, null, note));

    /// <summary>The connection failed in a way that another attempt may mend.</summary>
    sealed class ConnectionLostException(string message, Exception? inner = null) : Exception(message, inner);
}
