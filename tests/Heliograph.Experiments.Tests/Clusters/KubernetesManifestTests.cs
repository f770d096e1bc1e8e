using Heliograph.Experiments.Clusters;
using Heliograph.Experiments.Sweeps;
using k8s;
using k8s.Models;

namespace Heliograph.Experiments.Tests.Clusters;

/// <summary>Read by Kubernetes' own client, whose types are generated from its schema; fields that the schema has not are refused.</summary>
public sealed class KubernetesManifestTests
{
    static readonly SweepDefinition Sweep = SweepDefinition.Of("quickstart", ["threads=2"], [SweepAxis.Parse("prune.ratio=0.25,0.5"), SweepAxis.Parse("code.symbols=16,64")], [1, 2]) with
    {
        Clusters = new() { Kubernetes = new() { Image = "registry:5000/heliograph:1.0@sha256-x", Namespace = "research", Claim = "runs", Memory = "4Gi", Gpus = 1 } },
    };

    static (V1ConfigMap Definition, V1Job[] Jobs) Read(string yaml)
    {
        string[] documents = yaml.Split("\n---\n");
        return (KubernetesYaml.Deserialize<V1ConfigMap>(documents[0], strict: true), [.. documents[1..].Select(document => KubernetesYaml.Deserialize<V1Job>(document, strict: true))]);
    }

    [Fact]
    public void A_job_for_each_depth_has_an_index_for_each_node()
    {
        var (definition, jobs) = Read(KubernetesManifest.Of(Sweep, "first", 3, null));
        Assert.Equal(("v1", "ConfigMap", "first", "research"), (definition.ApiVersion, definition.Kind, definition.Metadata.Name, definition.Metadata.NamespaceProperty));
        var plan = SweepPlan.Of(Sweep);
        using var folder = new TemporaryFolder();
        File.WriteAllText(Path.Combine(folder.Path, "sweep.yaml"), definition.Data["sweep.yaml"]);
        Assert.Equal(plan.Nodes.Select(node => node.Id), SweepPlan.Of(SweepDefinition.Read(folder.Path, [])).Nodes.Select(node => node.Id));

        // 2 backbones, 4 prunings, 8 pairs.
        Assert.Equal([(2, 2, false), (4, 3, true), (8, 3, true)], jobs.Select(job => (job.Spec.Completions!.Value, job.Spec.Parallelism!.Value, job.Spec.Suspend!.Value)));
        var before = new HashSet<string>();
        foreach (var (job, depth) in jobs.Select((job, depth) => (job, depth)))
        {
            string[] ids = definition.Data[$"depth-{depth}"].Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(job.Spec.Completions, ids.Length);
            Assert.All(plan.Nodes.Where(node => ids.Contains(node.Id)), node => Assert.True(node.Parent is null ? depth == 0 : before.Contains(node.Parent.Id)));
            before.UnionWith(ids);
            Assert.Equal(("batch/v1", "Job", $"first-depth-{depth}", "research"), (job.ApiVersion, job.Kind, job.Metadata.Name, job.Metadata.NamespaceProperty));
            // backoffLimitPerIndex is for indexed jobs, and both it and podFailurePolicy need restartPolicy: Never.
            Assert.Equal(("Indexed", 1, "Never"), (job.Spec.CompletionMode, job.Spec.BackoffLimitPerIndex, job.Spec.Template.Spec.RestartPolicy));
            Assert.Equal([("Ignore", "DisruptionTarget", null), ("FailIndex", null, 2)],
                job.Spec.PodFailurePolicy.Rules.Select(rule => (rule.Action, rule.OnPodConditions?.Single().Type, rule.OnExitCodes?.Values.Single())));
            var pod = Assert.Single(job.Spec.Template.Spec.Containers);
            Assert.Equal(("node", "registry:5000/heliograph:1.0@sha256-x"), (pod.Name, pod.Image));
            Assert.Equal(pod.VolumeMounts.Select(mount => mount.Name), job.Spec.Template.Spec.Volumes.Select(volume => volume.Name));
            Assert.Equal(["runs", null], job.Spec.Template.Spec.Volumes.Select(volume => volume.PersistentVolumeClaim?.ClaimName));
            Assert.Equal([null, "first"], job.Spec.Template.Spec.Volumes.Select(volume => volume.ConfigMap?.Name));
            Assert.Equal((2, 4L << 30), (pod.Resources.Requests["cpu"].ToInt32(), pod.Resources.Requests["memory"].ToInt64()));
            Assert.Equal((1, 4L << 30), (pod.Resources.Limits["nvidia.com/gpu"].ToInt32(), pod.Resources.Limits["memory"].ToInt64()));
            Assert.EndsWith($"/definition/depth-{depth})", pod.Args.Single().Split('\n')[0], StringComparison.Ordinal);
            Assert.Equal("exec heliograph sweep /sweep --node $node", pod.Args.Single().TrimEnd().Split('\n')[^1]);
        }
    }

    [Theory]
    [InlineData("First_Run.2", "first-run-2")]
    [InlineData("-é-", "sweep")]
    [InlineData("a-very-long-name-of-a-sweep-that-nobody-would-ever-type", "a-very-long-name-of-a-sweep-that-nob")]
    public void A_sweeps_name_becomes_one_that_kubernetes_takes(string name, string label)
    {
        var (definition, jobs) = Read(KubernetesManifest.Of(Sweep with { Clusters = new() { Kubernetes = new() { Image = "i", Claim = "c" } } }, name, 1, "/data/it's \"x\" # é"));
        Assert.Equal((label, label + "-depth-0"), (definition.Metadata.Name, jobs[0].Metadata.Name));
        Assert.EndsWith("""--data '/data/it'\''s "x" # é'""" + "\n", jobs[0].Spec.Template.Spec.Containers[0].Args.Single(), StringComparison.Ordinal);
        Assert.Equal(["cpu"], jobs[0].Spec.Template.Spec.Containers[0].Resources.Requests.Keys);
        Assert.Empty(jobs[0].Spec.Template.Spec.Containers[0].Resources.Limits);
    }

    [Fact]
    public void An_image_and_a_claim_are_needed()
    {
        Assert.StartsWith("kubernetes.image is missing", Assert.Throws<UsageException>(() => KubernetesManifest.Of(Sweep with { Clusters = new() }, "a", 1, null)).Message, StringComparison.Ordinal);
        Assert.StartsWith("kubernetes.claim is missing",
            Assert.Throws<UsageException>(() => KubernetesManifest.Of(Sweep with { Clusters = new() { Kubernetes = new() { Image = "i" } } }, "a", 1, null)).Message, StringComparison.Ordinal);
    }
}
