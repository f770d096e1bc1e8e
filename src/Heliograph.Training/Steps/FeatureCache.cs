using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Heliograph.Networks;
using static TorchSharp.torch;

namespace Heliograph.Training.Steps;

/// <summary>
/// The feature maps of all training images at the split point, in the number format in which they were computed, channels-last. They lie in
/// memory, or, when they would take more than a share of it, in a memory-mapped file that goes with the cache.
/// </summary>
sealed unsafe class FeatureCache : IDisposable
{
    readonly Shape _map;
    readonly ScalarType _type;
    readonly long _rowBytes;
    readonly MemoryMappedFile? _file;
    readonly MemoryMappedViewAccessor? _view;
    byte* _start;

    /// <summary>Makes room for some maps.</summary>
    /// <param name="count">Number of maps.</param>
    /// <param name="map">Shape of one.</param>
    /// <param name="type">Number format.</param>
    /// <param name="memoryLimit">Bytes that may lie in memory.</param>
    /// <param name="filePath">Where the file goes otherwise; deleted on disposal.</param>
    public FeatureCache(int count, Shape map, ScalarType type, long memoryLimit, string filePath)
    {
        (Count, _map, _type) = (count, map, type);
        _rowBytes = (long)map.Elements * (type == ScalarType.BFloat16 ? 2 : 4);
        long bytes = Math.Max(1, count * _rowBytes);
        if (bytes <= memoryLimit)
        {
            _start = (byte*)NativeMemory.Alloc((nuint)bytes);
            return;
        }
        var stream = new FileStream(filePath, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose,
            // Room is taken at once: a full disk is told here, not by a fault in the middle of a write to mapped memory.
            PreallocationSize = bytes,
        });
        stream.SetLength(bytes);
        _file = MemoryMappedFile.CreateFromFile(stream, null, bytes, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
        _view = _file.CreateViewAccessor(0, bytes);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    /// <summary>Number of maps.</summary>
    public int Count { get; }

    /// <summary>True when the maps lie in a file.</summary>
    public bool IsOnDisk => _file is not null;

    /// <summary>Stores maps [N, C, H, W] from a row on.</summary>
    public void Write(int firstRow, Tensor maps)
    {
        using var scope = NewDisposeScope();
        var dense = maps.to(_type).permute(0, 2, 3, 1).contiguous().cpu();
        dense.bytes.CopyTo(new Span<byte>(_start + firstRow * _rowBytes, checked((int)(dense.shape[0] * _rowBytes))));
    }

    /// <summary>Some rows as 32-bit maps [N, C, H, W].</summary>
    public Tensor Read(ReadOnlySpan<int> rows, Device device)
    {
        using var scope = NewDisposeScope();
        var dense = empty([rows.Length, _map.Height, _map.Width, _map.Channels], dtype: _type);
        var target = dense.bytes;
        for (int i = 0; i < rows.Length; i++)
            new ReadOnlySpan<byte>(_start + rows[i] * _rowBytes, (int)_rowBytes).CopyTo(target[(int)(i * _rowBytes)..]);
        return dense.to(device).to(ScalarType.Float32).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        if (_start == null)
            return;
        if (_view is not null)
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file!.Dispose();
        }
        else
        {
            NativeMemory.Free(_start);
        }
        _start = null;
    }
}
