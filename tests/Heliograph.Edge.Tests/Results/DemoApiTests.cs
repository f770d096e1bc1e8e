using System.Net;
using System.Net.Http.Headers;

namespace Heliograph.Edge.Tests.Results;

/// <summary>What the page of a demonstration reads and sets.</summary>
public sealed class DemoApiTests
{
    [Fact]
    public async Task The_story_of_a_frame_is_told_for_a_format_and_a_plan()
    {
        var demo = new TestDemo();
        await using var server = await TestServer.Start((options, _) => options with { Demo = demo });
        Assert.Equal("""{"snrDb":10,"own":false,"device":"00000000000000d1","symbols":64,"deviceMacs":568768,"formats":["png","jpeg"],"plannedDb":8,"carries":6}""",
            await server.Http.GetStringAsync("/api/demo"));
        Assert.Equal("""{"sent":[1,-0.5],"pixelBytes":3072,"pngBytes":2214,"rival":{"bytes":2214,"modulation":"16-qam","rate":"2/3","symbols":13000,"mediaType":"image/png","isLossless":true,"arrived":"AQID","""
            + """ "arrives":[{"snrDb":-6,"share":0},{"snrDb":4.5,"share":0},{"snrDb":5,"share":1},{"snrDb":20,"share":1}]}}""".TrimStart(),
            await server.Http.GetStringAsync("/api/demo/story?seq=9&format=jpeg&planned=7.5"));
        Assert.Equal((9ul, "jpeg", 7.5), demo.Asked);
        await server.Http.GetStringAsync("/api/demo/story?seq=3&planned=adapts");
        Assert.Equal((3ul, "png", null), demo.Asked);

        async Task<(HttpStatusCode, string)> Refused(string query)
        {
            using var answer = await server.Http.GetAsync("/api/demo/story" + query);
            return (answer.StatusCode, (string)(await TestServer.Json(answer))["error"]!);
        }
        Assert.Equal((HttpStatusCode.NotFound, "frame 10 is not among the last that were sent"), await Refused("?seq=10"));
        foreach (string query in (string[])["", "?seq=x", "?seq=-1", "?seq=1&format=gif", "?seq=1&planned=61", "?seq=1&planned=-31", "?seq=1&planned=NaN", "?seq=1&planned=soon"])
            Assert.Equal((HttpStatusCode.BadRequest, "ask with seq=NUMBER, format=png|jpeg and planned=DB or adapts, DB from -30 to 60"), await Refused(query));
    }

    [Fact]
    public async Task A_picture_of_ones_own_is_taken_and_given_back()
    {
        var demo = new TestDemo();
        await using var server = await TestServer.Start((options, _) => options with { Demo = demo });
        async Task<(HttpStatusCode Status, string Text)> Put(byte[] body, string? type, string? origin = null)
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = type is null ? null : new MediaTypeHeaderValue(type);
            using var request = new HttpRequestMessage(HttpMethod.Put, "/api/demo/picture") { Content = content };
            if (origin is not null)
                request.Headers.Add("Origin", origin);
            using var answer = await server.Http.SendAsync(request);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }
        var taken = await Put([1, 2, 3], "image/png");
        Assert.Equal(HttpStatusCode.OK, taken.Status);
        Assert.Contains("\"own\":true", taken.Text, StringComparison.Ordinal);
        Assert.Equal([1, 2, 3], demo.Picture);

        Assert.Equal((HttpStatusCode.BadRequest, """{"error":"the picture: 0 bytes."}"""), await Put([], "image/png"));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await Put([4], "text/plain")).Status);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await Put([4], null)).Status);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await Put(new byte[(4 << 20) + 1], "image/png")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await Put([4], "image/png", origin: "http://evil.example")).Status);
        Assert.Equal([1, 2, 3], demo.Picture);

        using var given = await server.Http.DeleteAsync("/api/demo/picture");
        Assert.Equal(HttpStatusCode.OK, given.StatusCode);
        Assert.Null(demo.Picture);
        Assert.Equal(0, server.Server.BodyBytes);
    }

    [Fact]
    public async Task Without_a_demonstration_there_is_none_of_it()
    {
        await using var server = await TestServer.Start();
        foreach (string path in (string[])["/api/demo", "/api/demo/story?seq=1", "/api/demo/picture"])
            Assert.Equal(HttpStatusCode.NotFound, (await server.Http.GetAsync(path)).StatusCode);
    }
}
