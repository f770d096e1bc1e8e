namespace Heliograph.Tests;

public sealed class ValueListTests
{
    [Fact]
    public void Lists_of_equal_items_are_equal_and_hash_alike()
    {
        ValueList<string> one = ["a", "b"], same = [.. new List<string> { "a", "b" }];
        Assert.True(one.Equals(same) && one.Equals((object)same) && one.GetHashCode() == same.GetHashCode());
        foreach (ValueList<string> other in (ValueList<string>[])[[], ["a"], ["b", "a"], ["a", "b", "b"]])
            Assert.False(one.Equals(other) || other.Equals(one));
        Assert.Equal("[a, b]", one.ToString());
    }

    [Fact]
    public void A_list_keeps_what_it_was_made_of()
    {
        int[] array = [1, 2];
        ValueList<int> list = array;
        array[0] = 3;
        Assert.Equal([1, 2], list);
    }
}
