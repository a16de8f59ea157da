package io.flotilla.app;

import io.flotilla.spec.ConnectionId;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code show ID}: everything about one connection. */
@Command(name = "show", description = "Shows one connection of a running fleet: state, failure, counters, last events.")
final class ShowCommand extends RemoteCommand {

    @Parameters(index = "0", paramLabel = "ID", converter = Ids.class, description = "Its id.")
    private ConnectionId id = ConnectionId.of("none");

    @Mixin
    private Watching watching = new Watching();

    @Override
    int ask(ApiClient client, PrintWriter out) {
        watching.show(out, page -> show(client, page));
        return 0;
    }

    private void show(ApiClient client, PrintWriter out) {
        Told status = client.get(ApiClient.connection(id));
        if (isJson()) {
            out.println(status.pretty());
            return;
        }
        Instant now = Instant.now();
        out.println(Painting.states(
                status.text("id") + "  " + status.text("state") + " for " + status.since("since", now)));
        fact(out, "wanted", status.text("desired"));
        fact(out, "because", StatusWords.trouble(status, now));
        fact(out, "uri", status.text("uri"));
        fact(out, "host", status.text("host"));
        fact(out, "labels", status.labels());
        fact(
                out,
                "owned by",
                status.text("source")
                        + status.some("where").map(where -> ", " + where).orElse(""));
        fact(out, "dial", "#" + status.number("generation") + ", revision " + status.text("revision"));
        fact(out, "ready", status.has("readyAt") ? "for " + status.since("readyAt", now) : "not now");
        fact(
                out,
                "round trip",
                status.some("rttMillis").map(millis -> millis + " ms").orElse("not measured yet"));
        fact(out, "counters", counters(status.in("counters")));
        fact(out, "failures", status.number("failuresInARow") + " in a row");
        if (status.has("lastFailure")) {
            fact(out, "last failure", StatusWords.failure(status.in("lastFailure"), now));
        }
        events(client, out, now);
    }

    private static String counters(Told counters) {
        return counters.json().properties().stream()
                .map(Map.Entry::getKey)
                .map(key -> counters.number(key) + " " + Printable.line(key))
                .collect(Collectors.joining(", "));
    }

    private void events(ApiClient client, PrintWriter out, Instant now) {
        Table table = new Table("AGO", "EVENT", "DIAL", "WHAT");
        client.get(ApiClient.connection(id) + "/history")
                .all("items")
                .forEach(event -> table.add(
                        event.since("at", now),
                        event.text("event"),
                        "#" + event.number("generation"),
                        EventWords.detail(event)));
        if (!table.isEmpty()) {
            out.println();
            table.lines(Terminal.width()).forEach(out::println);
        }
    }
}
