package io.flotilla.app;

import io.flotilla.spec.ConnectionId;
import java.io.PrintWriter;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code why ID}: why a connection is as it is, and what happens next. */
@Command(
        name = "why",
        description =
                "Says why a connection of a running fleet is as it is, what happens next, and what would change it.")
final class WhyCommand extends RemoteCommand {

    @Parameters(index = "0", paramLabel = "ID", converter = Ids.class, description = "Its id.")
    private ConnectionId id = ConnectionId.of("none");

    @Mixin
    private Watching watching = new Watching();

    @Override
    int ask(ApiClient client, PrintWriter out) {
        watching.show(out, page -> explain(client.get(ApiClient.connection(id) + "/why"), page));
        return 0;
    }

    private void explain(Told why, PrintWriter out) {
        if (isJson()) {
            out.println(why.pretty());
            return;
        }
        Instant now = Instant.now();
        out.println(Painting.states(why.text("id") + "  " + why.text("state")));
        fact(out, "summary", why.text("summary"));
        String name = "seen";
        for (Told line : why.all("chain").toList()) {
            String at = line.since("at", now);
            fact(out, name, (at.isEmpty() ? "" : at + " ago: ") + line.text("text"));
            name = "";
        }
        fact(out, "rule", why.text("rule"));
        Told next = why.in("next");
        fact(
                out,
                "next",
                next.text("action")
                        + next.time("at")
                                .map(at -> ", " + StatusWords.ahead(at, now))
                                .orElse(""));
        name = "would change";
        for (String way : why.texts("wouldChange").toList()) {
            fact(out, name, way);
            name = "";
        }
        if (why.has("shared")) {
            fact(out, "shared", why.in("shared").text("sentence"));
        }
    }
}
