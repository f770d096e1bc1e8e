using Mono.Cecil;
using Mono.Cecil.Cil;
using Xunit.Abstractions;

namespace Heliograph.EndToEnd.Tests;

/// <summary>
/// Dependencies point downward: within an assembly no two rooms (the first part of a namespace beneath the assembly's name; a room's own rooms belong to
/// it) need each other, not by way of others either. The order of the assemblies is the compiler's to hold.
/// </summary>
public class NamespaceTests(ITestOutputHelper output)
{
    /// <summary>The programs' assemblies, and those they are made of.</summary>
    public static TheoryData<string> Assemblies => new(
        "Heliograph", "Heliograph.Experiments", "Heliograph.Training", "Heliograph.Evaluation", "Heliograph.Onnx", "Heliograph.Zmq", "Heliograph.Edge", "Heliograph.CommandLine",
        "Heliograph.Cli");

    [Theory, MemberData(nameof(Assemblies))]
    public void Rooms_need_each_other_in_one_direction_only(string assembly)
    {
        using var module = ModuleDefinition.ReadModule(Path.Combine(Path.GetDirectoryName(HeliographProgram.Command[^1])!, assembly + ".dll"));
        var needs = new Dictionary<(string From, string To), string>();
        foreach (var type in module.GetTypes())
            foreach (var needed in Needed(type).Where(needed => needed.Scope is ModuleDefinition))
                if (Room(type, assembly) is { } from && Room(needed, assembly) is { } to && from != to)
                    needs.TryAdd((from, to), $"{type.FullName} needs {needed.FullName}");
        foreach (var ((from, to), reason) in needs.OrderBy(need => need.Key))
            output.WriteLine($"{from} -> {to}: {reason}");
        Assert.Empty(Circle(needs.Keys).Select(need => needs[need]));
    }

    [Fact]
    public void Circles_are_found()
    {
        Assert.Equal([("a", "b"), ("b", "c"), ("c", "a")], Circle([("x", "a"), ("a", "b"), ("c", "a"), ("b", "c"), ("c", "z")]));
        Assert.Empty(Circle([("a", "b"), ("b", "c"), ("a", "c")]));
    }

    // What is in the assembly's own namespace is a room too: the least that all share, or the top that calls all.
    static string? Room(TypeReference type, string assembly)
    {
        while (type.DeclaringType is { } outer)
            type = outer;
        return type.Namespace.StartsWith(assembly + ".", StringComparison.Ordinal) ? type.Namespace[(assembly.Length + 1)..].Split('.')[0]
            : type.Namespace == assembly ? "" : null;
    }

    // One circle, in order from its first name, or nothing: rooms that nobody needs any more are taken away until none is left or a circle is.
    static List<(string From, string To)> Circle(IEnumerable<(string From, string To)> needs)
    {
        var left = needs.Order().ToList();
        while (left.RemoveAll(need => !left.Exists(other => other.From == need.To)) > 0)
        { }
        var way = new List<(string From, string To)>();
        for (var next = left.FirstOrDefault(); next.From is not null; next = left.First(need => need.From == next.To))
        {
            if (way.FindIndex(need => need.From == next.From) is >= 0 and var start)
                return way[start..];
            way.Add(next);
        }
        return [];
    }

    static IEnumerable<TypeReference> Needed(TypeDefinition type)
    {
        var needed = new List<TypeReference?> { type.BaseType };
        needed.AddRange(type.Interfaces.Select(i => i.InterfaceType));
        needed.AddRange(type.Fields.Select(field => field.FieldType));
        needed.AddRange(type.GenericParameters.SelectMany(parameter => parameter.Constraints).Select(constraint => constraint.ConstraintType));
        needed.AddRange(Attributes(type).Concat(type.Properties.SelectMany(Attributes)).Concat(type.Methods.SelectMany(Attributes)));
        foreach (var method in type.Methods)
        {
            needed.Add(method.ReturnType);
            needed.AddRange(method.Parameters.Select(parameter => parameter.ParameterType));
            if (!method.HasBody)
                continue;
            needed.AddRange(method.Body.Variables.Select(variable => variable.VariableType));
            foreach (Instruction instruction in method.Body.Instructions)
            {
                if (instruction.Operand is TypeReference named)
                    needed.Add(named);
                else if (instruction.Operand is MemberReference member)
                    needed.AddRange([member.DeclaringType, .. (member as GenericInstanceMethod)?.GenericArguments ?? []]);
            }
        }
        return needed.OfType<TypeReference>().SelectMany(Parts);
    }

    static IEnumerable<TypeReference> Attributes(ICustomAttributeProvider provider) => provider.CustomAttributes.Select(attribute => attribute.AttributeType);

    // List<Image[]> needs List and Image.
    static IEnumerable<TypeReference> Parts(TypeReference type) => type switch
    {
        GenericInstanceType generic => Parts(generic.ElementType).Concat(generic.GenericArguments.SelectMany(Parts)),
        TypeSpecification { ElementType: { } element } => Parts(element),
        GenericParameter => [],
        _ => [type],
    };
}
