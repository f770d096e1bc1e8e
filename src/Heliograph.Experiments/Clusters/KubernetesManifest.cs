using System.Text;
using Heliograph.Experiments.Sweeps;

namespace Heliograph.Experiments.Clusters;

/// <summary>
/// A sweep for Kubernetes: a ConfigMap with what it is, and for each depth of its graph an Indexed Job (batch/v1) with a pod for each node. Jobs cannot wait for each
/// other there: all but the first are suspended, and go on one after the other when told to.
/// </summary>
public static class KubernetesManifest
{
    // Where the pods have the sweep's folder, and what the ConfigMap holds.
    const string Folder = "/sweep", Definition = "/definition";

    /// <summary>Writes it as YAML.</summary>
    /// <param name="sweep">What is trained, and what each node asks for.</param>
    /// <param name="name">The sweep's.</param>
    /// <param name="jobs">How many pods run at the same time unless the sweep says so.</param>
    /// <param name="data">Where the pods look for data first; null for nowhere else.</param>
    /// <exception cref="UsageException">The image or the volume claim is missing.</exception>
    public static string Of(SweepDefinition sweep, string name, int jobs, string? data)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        var options = sweep.Clusters.Kubernetes;
        string image = options.Image ?? throw Missing("image", "a container image with heliograph on its path");
        string claim = options.Claim ?? throw Missing("claim", "a volume claim that all nodes can write (ReadWriteMany)");
        string label = Label(name);
        var depths = SweepPlan.Of(sweep).Nodes.GroupBy(node => node.Ancestors.Count()).OrderBy(depth => depth.Key).Select(depth => depth.ToArray()).ToArray();
        var yaml = new StringBuilder().Append($"""
            apiVersion: v1
            kind: ConfigMap
            metadata:
              name: {label}{Namespace(options)}
            data:
              {SweepDefinition.FileName}: |
            {Indented(sweep.ToYaml(), 4)}

            """);
        foreach (var (nodes, depth) in depths.Select((nodes, depth) => (nodes, depth)))
            yaml.Append(FormattableString.Invariant($"  depth-{depth}: |\n")).Append(Indented(string.Join('\n', nodes.Select(node => node.Id)), 4)).Append('\n');
        foreach (var (nodes, depth) in depths.Select((nodes, depth) => (nodes, depth)))
            yaml.Append("---\n").Append(Job(nodes, depth));
        return yaml.ToString().ReplaceLineEndings("\n");

        string Job(SweepNode[] nodes, int depth) => FormattableString.Invariant($"""
            apiVersion: batch/v1
            kind: Job
            metadata:
              name: {label}-depth-{depth}{Namespace(options)}
              labels:
                app.kubernetes.io/name: heliograph
                app.kubernetes.io/instance: {label}
            spec:
              completionMode: Indexed
              completions: {nodes.Length}
              parallelism: {Math.Min(options.Concurrency ?? jobs, nodes.Length)}
              suspend: {(depth > 0 ? "true" : "false")}
              # A node that fails does not stop the others.
              backoffLimitPerIndex: 1
              podFailurePolicy:
                rules:
                  # Moved to another machine: it goes on from its checkpoint.
                  - action: Ignore
                    onPodConditions: [{"{ type: DisruptionTarget }"}]
                  # What it begins from has failed, or its options make no sense: a second try would not help.
                  - action: FailIndex
                    onExitCodes: {"{ operator: In, values: [2] }"}
              template:
                spec:
                  restartPolicy: Never
                  # For the checkpoint.
                  terminationGracePeriodSeconds: 60
                  containers:
                    - name: node
                      image: "{image}"
                      command: [/bin/sh, -ec]
                      args:
                        - |
                          node=$(sed -n "$((JOB_COMPLETION_INDEX + 1))p" {Definition}/depth-{depth})
                          cp {Definition}/{SweepDefinition.FileName} {Folder}/.$node.yaml
                          mv {Folder}/.$node.yaml {Folder}/{SweepDefinition.FileName}
                          exec heliograph sweep {Folder} --node $node{(data is null ? "" : $" --data {ShellText.Quoted(data)}")}
                      resources:
                        requests: {Resources(("cpu", Cpus(options, nodes)), ("memory", options.Memory))}
                        limits: {Resources(("memory", options.Memory), ("nvidia.com/gpu", options.Gpus == 0 ? null : FormattableString.Invariant($"{options.Gpus}")))}
                      volumeMounts:
                        - name: sweep
                          mountPath: {Folder}
                          subPath: {label}
                        - name: definition
                          mountPath: {Definition}
                  volumes:
                    - name: sweep
                      persistentVolumeClaim:
                        claimName: {claim}
                    - name: definition
                      configMap:
                        name: {label}

            """);
    }

    static UsageException Missing(string key, string what) => new($"kubernetes.{key} is missing: {what}");

    static string Namespace(KubernetesOptions options) => options.Namespace is { } space ? $"\n  namespace: {space}" : "";

    static string Cpus(KubernetesOptions options, SweepNode[] nodes) => options.Cpus ?? FormattableString.Invariant($"{nodes.Max(node => Math.Max(1, node.Experiment.Threads))}");

    static string Resources(params (string Name, string? Value)[] resources) =>
        $"{{ {string.Join(", ", resources.Where(resource => resource.Value is not null).Select(resource => $"{resource.Name}: \"{resource.Value}\""))} }}";

    static string Indented(string text, int spaces) => string.Join('\n', text.TrimEnd('\n').Split('\n').Select(line => new string(' ', spaces) + line));

    // With "-depth-" and a digit, a pod's index and five letters at most 63; a name that begins and ends as names must.
    static string Label(string name)
    {
        string letters = string.Concat(name.ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-'));
        string cut = letters[..Math.Min(letters.Length, 36)].Trim('-');
        return cut.Length == 0 ? "sweep" : cut;
    }
}
