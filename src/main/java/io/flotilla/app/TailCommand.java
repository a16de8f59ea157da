package io.flotilla.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.flotilla.spec.ConnectionId;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tail}: messages of a connection, or events of the fleet, as they come. */
@Command(
        name = "tail",
        description = {
            "Follows the messages of a connection, or with --events what happens to it; with --events and no ID, to the fleet.",
            "A stream that breaks is taken up again. Ends with Ctrl-C, or after --count."
        })
final class TailCommand extends RemoteCommand {

    private static final Duration AGAIN = Duration.ofSeconds(1);

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "ID",
            converter = Ids.class,
            description = "Of this connection.")
    private Optional<ConnectionId> id = Optional.empty();

    @Option(names = "--events", description = "Events instead of messages.")
    private boolean events;

    @Option(
            names = "--label",
            paramLabel = "K=V",
            description = "With --events: of those with this label; all must hold.")
    private List<String> labels = new ArrayList<>();

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            description = "With --events: of this kind, such as link-ended; may be repeated.")
    private List<String> kinds = new ArrayList<>();

    @Option(names = "--count", paramLabel = "N", description = "Ends after so many.")
    private Optional<Integer> count = Optional.empty();

    private long taken;
    private Optional<String> last = Optional.empty();

    @Override
    int ask(ApiClient client, PrintWriter out) {
        if (!events && (id.isEmpty() || !labels.isEmpty() || !kinds.isEmpty())) {
            throw wrong(
                    id.isEmpty()
                            ? "Whose messages? Expected an ID, or --events for what happens in the fleet"
                            : "--label and --kind go with --events");
        }
        if (count.isPresent() && count.get() < 1) {
            throw wrong("--count [" + count.get() + "] must be 1 or more");
        }
        for (boolean first = true; ; first = false) {
            try {
                if (ServerEvents.read(client.open(path(), last), event -> take(event, out))) {
                    return 0;
                }
                remark("The server ended the stream; taking it up again");
            } catch (Main.Failed e) {
                if (first || !ApiClient.mayPass(e)) {
                    throw e;
                }
                remark(e.getMessage() + "; trying again");
            } catch (IOException e) {
                remark("The stream broke (" + Failing.words(e) + "); taking it up again");
            }
            if (!Watching.pause(AGAIN)) {
                return FAILED;
            }
        }
    }

    private String path() {
        if (!events) {
            return ApiClient.connection(id.orElseThrow()) + "/messages";
        }
        List<Map.Entry<String, String>> query = new ArrayList<>();
        id.ifPresent(one -> query.add(Map.entry("id", one.value())));
        labels.forEach(label -> query.add(Map.entry("label", label)));
        kinds.forEach(kind -> query.add(Map.entry("kind", kind)));
        return ApiClient.path(ApiClient.API + "/events", query);
    }

    /** Whether it was enough. */
    private boolean take(ServerEvents.Event event, PrintWriter out) {
        last = event.id().or(() -> last);
        Told told;
        try {
            told = new Told(Told.MAPPER.readTree(event.data()));
        } catch (JsonProcessingException e) {
            throw new Main.Failed("The stream has something else than JSON in it: is --url right?", e);
        }
        if (event.name().equals("lost") || event.name().equals("left-out")) {
            remark("… " + told.some("count").orElse("an unknown number of")
                    + " left out: this reader was too slow, or away");
            return false;
        }
        out.println(isJson() ? told.line() : events ? EventWords.line(told) : message(told));
        out.flush();
        return ++taken >= count.map(Integer::longValue).orElse(Long.MAX_VALUE);
    }

    private static String message(Told told) {
        String text = told.some("text")
                .or(() -> told.some("base64").map(base64 -> "base64 " + base64))
                .orElse("");
        String cut = told.is("cut") ? "… (" + told.number("size") + " bytes)" : "";
        return told.text("at") + "  " + text + cut;
    }
}
