using Mono.Cecil;

namespace Heliograph.EndToEnd.Tests;

/// <summary>Records are equal by value, lists included: what they hold is a <c>ValueList</c>, or stands here with the reason why it need not be one.</summary>
public class RecordTests
{
    static readonly Dictionary<string, string> Exceptions = new(StringComparer.Ordinal)
    {
        ["ArraySource.Shape"] = "with it stands the function that makes the values",
        ["Arrival.Payloads"] = "a file for each of thousands of images",
        ["Checkpoint.Networks"] = "megabytes of a training, written and read once",
        ["Checkpoint.States"] = "likewise",
        ["CheckpointContent.Average"] = "likewise",
        ["CheckpointContent.Momenta"] = "likewise",
        ["CheckpointContent.Networks"] = "likewise",
        ["CheckpointContent.States"] = "likewise",
        ["Chunk.File"] = "a part of a file, and the file is in memory once",
        ["Constants.Deviation"] = "what a forward pass keeps for its gradient",
        ["Constants.Mean"] = "likewise",
        ["Constants.Scale"] = "likewise",
        ["Constants.Shift"] = "likewise",
        ["DataInfo.LeftOut"] = "a dictionary, printed once",
        ["DemoImage.Rgb"] = "pixels, which are never compared and would be copied",
        ["DemoRival.Arrived"] = "the bytes of a file, which are never compared and would be copied",
        ["EncoderPlan.Steps"] = "steps of a plan, made once an encoder",
        ["EncoderPlan.Told"] = "likewise",
        ["Entry.Shape"] = "an array of a file's header, read once",
        ["HitsAt.Draws"] = "a bit for each of thousands of images; files of them are compared by their hashes",
        ["ImageFormat.Extensions"] = "with it stand functions",
        ["Measurement.FirstFive"] = "a bit for each of thousands of images",
        ["Measurement.Hits"] = "likewise",
        ["SnrMeasurement.Confidence"] = "likewise, a number",
        ["OnnxOptions.Metadata"] = "a dictionary, written once",
        ["PairDescription.Files"] = "a dictionary; pairs are compared by their id, which is made of it",
        ["SafetensorsFile.Metadata"] = "a dictionary beside weights, which are never compared",
        ["SafetensorsHeader.Entries"] = "read once",
        ["SafetensorsHeader.Metadata"] = "read once",
        ["SentFrame.Symbols"] = "symbols of a frame, which are never compared and would be copied",
        ["Thumbnail.Rgb"] = "pixels, which are never compared and would be copied",
        ["TrainingTask`1.Modules"] = "what trains, with the functions that train it",
        ["List.Items"] = "a node of a YAML text, walked once",
        ["Map.Entries"] = "likewise",
    };

    /// <summary>The programs' assemblies, and those they are made of.</summary>
    public static TheoryData<string> Assemblies => new(
        "Heliograph", "Heliograph.Experiments", "Heliograph.Training", "Heliograph.Evaluation", "Heliograph.Onnx", "Heliograph.Zmq", "Heliograph.Edge", "Heliograph.CommandLine",
        "Heliograph.Cli");

    [Theory, MemberData(nameof(Assemblies))]
    public void Lists_in_records_are_equal_by_value(string assembly)
    {
        using var module = ModuleDefinition.ReadModule(Path.Combine(Path.GetDirectoryName(HeliographProgram.Command[^1])!, assembly + ".dll"));
        var lists =
            from type in module.GetTypes()
            where type.Methods.Any(method => method.Name == "PrintMembers" && method.Parameters is [{ ParameterType.Name: "StringBuilder" }])
            where !type.Methods.Any(method => method.Name == "Equals" && method.Parameters is [{ ParameterType: var other }] && other.Resolve() == type && !IsGenerated(method))
            from field in type.Fields
            where !field.IsStatic && IsEqualByReference(field.FieldType)
            select $"{type.Name}.{NameOf(field)}";
        string[] unexpected = [.. lists.Where(list => !Exceptions.ContainsKey(list)).Order(StringComparer.Ordinal)];
        Assert.True(unexpected.Length == 0, "make these a ValueList, or say why not: " + string.Join(", ", unexpected));
    }

    static bool IsGenerated(MethodDefinition method) => method.CustomAttributes.Any(attribute => attribute.AttributeType.Name == "CompilerGeneratedAttribute");

    static bool IsEqualByReference(TypeReference type) => type is ArrayType || type.Namespace.StartsWith("System.Collections", StringComparison.Ordinal)
        || type is GenericInstanceType { ElementType.Name: "Memory`1" or "ReadOnlyMemory`1" };

    // <Name>k__BackingField
    static string NameOf(FieldDefinition field) => field.Name.Split('<', '>') is [_, var property, ..] ? property : field.Name;
}
