package io.flotilla.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code list}: the connections of a running fleet; watched, a live view of it. */
@Command(
        name = "list",
        description = {
            "Lists the connections of a running fleet.",
            "With --watch a live view: the fleet, what is wrong, and the connections that are not READY."
        })
final class ListCommand extends RemoteCommand {

    private static final int PAGE = 1000;
    private static final int WATCHED = 15;
    private static final int TROUBLES = 5;

    /** Those that somebody should look at come first. */
    private static final List<String> UNWELL = List.of("GIVEN_UP", "WAITING", "CLOSING", "DIALING", "OPEN");

    @Option(names = "--state", paramLabel = "STATE", description = "Only those in this state; may be repeated.")
    private List<String> states = new ArrayList<>();

    @Option(names = "--host", paramLabel = "HOST", description = "Only those that lead to this host, or host:port.")
    private Optional<String> host = Optional.empty();

    @Option(
            names = "--label",
            paramLabel = "K=V",
            description = "Only those with this label; all that are given must hold.")
    private List<String> labels = new ArrayList<>();

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            description = "Only those whose last failure was of this kind; may be repeated.")
    private List<String> kinds = new ArrayList<>();

    @Option(
            names = {"-q", "--find"},
            paramLabel = "TEXT",
            description = "Only those with this in their id, host or labels.")
    private Optional<String> text = Optional.empty();

    @Option(names = "--limit", paramLabel = "N", description = "At the most so many (default: 1000; 15 when watched).")
    private Optional<Integer> limit = Optional.empty();

    @Mixin
    private Watching watching = new Watching();

    @Override
    int ask(ApiClient client, PrintWriter out) {
        if (limit.isPresent() && limit.get() < 1) {
            throw wrong("--limit [" + limit.get() + "] must be 1 or more");
        }
        watching.show(out, page -> {
            if (isJson()) {
                found(client, states, most()).print(page);
            } else if (watching.isOn()) {
                live(client, page);
            } else {
                list(client, page);
            }
        });
        return 0;
    }

    private int most() {
        return limit.orElse(watching.isOn() ? WATCHED : PAGE);
    }

    /** @param total for which the filters hold */
    private record Found(List<Told> items, long total) {

        void print(PrintWriter out) {
            ObjectNode json = Told.MAPPER.createObjectNode();
            ArrayNode all = json.putArray("items");
            items.forEach(item -> all.add(item.json()));
            out.println(new Told(json.put("total", total)).pretty());
        }
    }

    private void list(ApiClient client, PrintWriter out) {
        Found found = found(client, states, most());
        if (found.items().isEmpty()) {
            remark(
                    isFiltered()
                            ? "No connection is like that"
                            : "The fleet has no connection yet: its configuration has none, and none was put over the API");
            return;
        }
        table(found.items(), out);
        if (found.total() > found.items().size()) {
            remark("… and " + (found.total() - found.items().size()) + " more: --limit, or narrow it down with --state,"
                    + " --host, --label, --kind or -q");
        }
    }

    private void live(ApiClient client, PrintWriter out) {
        Told fleet = client.get(ApiClient.API + "/fleet");
        out.println(StatusWords.fleet(fleet) + "; " + StatusWords.dials(fleet.in("dials"))
                + (fleet.is("draining") ? "; DRAINING" : ""));
        List<Told> troubles = troubles(client);
        int width = Terminal.width();
        for (Told trouble : troubles.stream().limit(TROUBLES).toList()) {
            out.println(cut("! " + trouble.text("sentence"), width));
        }
        if (troubles.size() > TROUBLES) {
            out.println("… and " + (troubles.size() - TROUBLES) + " troubles more");
        }
        out.println();
        Found found = found(client, states.isEmpty() ? UNWELL : states, most());
        if (found.items().isEmpty()) {
            out.println(states.isEmpty() ? "All that are wanted up are READY" : "No connection is like that");
            return;
        }
        table(found.items(), out);
        if (found.total() > found.items().size()) {
            out.println("… and " + (found.total() - found.items().size()) + " more");
        }
    }

    /** A fleet that does not group what is wrong is shown without that. */
    private static List<Told> troubles(ApiClient client) {
        try {
            return client.get(ApiClient.API + "/troubles").all("items").toList();
        } catch (ApiClient.Refused e) {
            if (e.status == 404) {
                return List.of();
            }
            throw e;
        }
    }

    private static String cut(String line, int width) {
        return width == Integer.MAX_VALUE ? line : Printable.line(line, width);
    }

    private static void table(List<Told> items, PrintWriter out) {
        Instant now = Instant.now();
        Table table = new Table("ID", "STATE", "FOR", "HOST", "LABELS", "BECAUSE").painted(Painting::states);
        items.forEach(item -> table.add(
                item.text("id"),
                item.text("state"),
                item.since("since", now),
                item.text("host"),
                item.labels(),
                StatusWords.trouble(item, now)));
        table.lines(Terminal.width()).forEach(out::println);
    }

    private boolean isFiltered() {
        return !(states.isEmpty() && labels.isEmpty() && kinds.isEmpty() && host.isEmpty() && text.isEmpty());
    }

    /** Page after page. Pages that are asked for one after another may show a fleet that changes meanwhile. */
    private Found found(ApiClient client, List<String> inStates, int most) {
        List<Told> items = new ArrayList<>();
        Optional<String> after = Optional.empty();
        long total;
        do {
            List<Map.Entry<String, String>> query = query(inStates);
            query.add(Map.entry("limit", Integer.toString(Math.min(PAGE, most - items.size()))));
            after.ifPresent(id -> query.add(Map.entry("after", id)));
            Told page = client.get(ApiClient.path(ApiClient.API + "/connections", query));
            items.addAll(page.all("items").toList());
            total = page.number("total");
            after = page.some("next");
        } while (after.isPresent() && items.size() < most);
        return new Found(items, total);
    }

    private List<Map.Entry<String, String>> query(List<String> inStates) {
        List<Map.Entry<String, String>> query = new ArrayList<>();
        inStates.forEach(state ->
                query.add(Map.entry("state", state.toUpperCase(Locale.ROOT).replace('-', '_'))));
        labels.forEach(label -> query.add(Map.entry("label", label)));
        kinds.forEach(kind -> query.add(Map.entry("kind", kind.toUpperCase(Locale.ROOT))));
        host.ifPresent(name -> query.add(Map.entry("host", name)));
        text.ifPresent(part -> query.add(Map.entry("q", part)));
        return query;
    }
}
