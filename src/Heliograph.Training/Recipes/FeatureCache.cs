using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Heliograph.Networks;
using static TorchSharp.torch;

namespace Heliograph.Training.Recipes;

/// <summary>
/// The feature maps of all training images at the split point, in the number format in which they were computed, channels-last. They lie in
/// memory, or, when they would take more than a share of it, in a memory-mapped file that goes with the cache.
/// </summary>
sealed unsafe class FeatureCache : IDisposable
{
    readonly Shape map;
    readonly ScalarType type;
    readonly long rowBytes;
    readonly MemoryMappedFile? file;
    readonly MemoryMappedViewAccessor? view;
    byte* start;

    /// <summary>Makes room for some maps.</summary>
    /// <param name="count">Number of maps.</param>
    /// <param name="map">Shape of one.</param>
    /// <param name="type">Number format.</param>
    /// <param name="memoryLimit">Bytes that may lie in memory.</param>
    /// <param name="filePath">Where the file goes otherwise; new, and deleted on disposal.</param>
    public FeatureCache(int count, Shape map, ScalarType type, long memoryLimit, string filePath)
    {
        (Count, this.map, this.type) = (count, map, type);
        rowBytes = (long)map.Elements * (type == ScalarType.BFloat16 ? 2 : 4);
        long bytes = Math.Max(1, count * rowBytes);
        if (bytes <= memoryLimit)
        {
            start = (byte*)NativeMemory.Alloc((nuint)bytes);
            return;
        }
        var stream = new FileStream(filePath, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose,
            // Space is allocated at once: a full disk is reported here, not by a fault in the middle of a write to mapped memory.
            PreallocationSize = bytes,
        });
        stream.SetLength(bytes);
        file = MemoryMappedFile.CreateFromFile(stream, null, bytes, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
        view = file.CreateViewAccessor(0, bytes);
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
    }

    /// <summary>Number of maps.</summary>
    public int Count { get; }

    /// <summary>True when the maps lie in a file.</summary>
    public bool IsOnDisk => file is not null;

    /// <summary>Stores maps [N, C, H, W] from a row on.</summary>
    public void Write(int firstRow, Tensor maps)
    {
        using var scope = NewDisposeScope();
        var dense = maps.to(type).permute(0, 2, 3, 1).contiguous().cpu();
        dense.bytes.CopyTo(new Span<byte>(start + firstRow * rowBytes, checked((int)(dense.shape[0] * rowBytes))));
    }

    /// <summary>Some rows as 32-bit maps [N, C, H, W].</summary>
    public Tensor Read(ReadOnlySpan<int> rows, Device device)
    {
        using var scope = NewDisposeScope();
        var dense = empty([rows.Length, map.Height, map.Width, map.Channels], dtype: type);
        var target = dense.bytes;
        for (int i = 0; i < rows.Length; i++)
            new ReadOnlySpan<byte>(start + rows[i] * rowBytes, (int)rowBytes).CopyTo(target[(int)(i * rowBytes)..]);
        return dense.to(device).to(ScalarType.Float32).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        if (start == null)
            return;
        if (view is not null)
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
            view.Dispose();
            file!.Dispose();
        }
        else
        {
            NativeMemory.Free(start);
        }
        start = null;
    }
}
