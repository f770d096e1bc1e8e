// A meter is heard throughout its process, and these tests count.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
// Files have modes, and processes signals.
[assembly: System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
