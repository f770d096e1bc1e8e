// A meter is heard throughout its process, and these tests count.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
