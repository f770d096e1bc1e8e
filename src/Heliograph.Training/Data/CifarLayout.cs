namespace Heliograph.Training.Data;

/// <summary>How one of the CIFAR data sets is packed: a record is its label bytes, the class last, then 3 × 32 × 32 planes.</summary>
/// <param name="Name">The data set's name.</param>
/// <param name="Archive">File name of the official archive.</param>
/// <param name="Folder">The folder inside the archive.</param>
/// <param name="TrainFiles">Files of the training split, in order.</param>
/// <param name="TestFile">File of the test split.</param>
/// <param name="NamesFile">File with one class name per line.</param>
/// <param name="LabelBytes">Bytes before the pixels of a record.</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="Train">Number of training images.</param>
/// <param name="Test">Number of test images.</param>
sealed record CifarLayout(
    string Name, string Archive, string Folder, ValueList<string> TrainFiles, string TestFile, string NamesFile,
    int LabelBytes, int Classes, int Train, int Test)
{
    public const int ImageBytes = 3 * 32 * 32;

    public static CifarLayout Cifar10 { get; } = new(
        "cifar10", "cifar-10-binary.tar.gz", "cifar-10-batches-bin",
        ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"], "test_batch.bin",
        "batches.meta.txt", LabelBytes: 1, Classes: 10, Train: 50_000, Test: 10_000);

    public static CifarLayout Cifar100 { get; } = new(
        "cifar100", "cifar-100-binary.tar.gz", "cifar-100-binary", ["train.bin"], "test.bin",
        "fine_label_names.txt", LabelBytes: 2, Classes: 100, Train: 50_000, Test: 10_000);

    public int RecordBytes => LabelBytes + ImageBytes;
}
