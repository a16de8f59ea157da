package io.flotilla.app;

import io.flotilla.spec.ConnectionId;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells a connection of a running fleet, or many, what to do. What comes of it are events. */
abstract sealed class Tell extends RemoteCommand {

    @Parameters(index = "0", arity = "0..1", paramLabel = "ID", converter = Ids.class, description = "This connection.")
    private Optional<ConnectionId> id = Optional.empty();

    @Option(
            names = "--label",
            paramLabel = "K=V",
            description = "Those with this label instead; all that are given must hold.")
    private List<String> labels = new ArrayList<>();

    @Option(names = "--all", description = "Every connection instead.")
    private boolean all;

    private final String command;

    private Tell(String command) {
        this.command = command;
    }

    @Override
    int ask(ApiClient client, PrintWriter out) {
        int chosen = (id.isPresent() ? 1 : 0) + (labels.isEmpty() ? 0 : 1) + (all ? 1 : 0);
        if (chosen != 1) {
            throw wrong((chosen == 0 ? "Nobody is chosen" : "ID, --label and --all exclude each other")
                    + "; expected an ID, --label k=v, or --all for every connection");
        }
        Told told = client.post(path());
        if (isJson()) {
            out.println(told.pretty());
        } else if (id.isPresent()) {
            out.println(command + ": " + id.get() + " was told");
        } else {
            long connections = told.number("connections");
            out.println(command + ": " + connections
                    + (connections == 1 ? " connection was told" : " connections were told"));
        }
        return 0;
    }

    private String path() {
        if (id.isPresent()) {
            return ApiClient.connection(id.get()) + "/" + command;
        }
        List<Map.Entry<String, String>> query = new ArrayList<>();
        labels.forEach(label -> query.add(Map.entry("label", label)));
        if (all) {
            query.add(Map.entry("all", "true"));
        }
        return ApiClient.path(ApiClient.API + "/connections/" + command, query);
    }

    @Command(name = "start", description = "Wants it up: also when it was given up, whose failures are forgotten.")
    static final class Start extends Tell {
        Start() {
            super("start");
        }
    }

    @Command(name = "stop", description = "Wants it down. Spec, status and history stay.")
    static final class Stop extends Tell {
        Stop() {
            super("stop");
        }
    }

    @Command(name = "restart", description = "Closes it with 1000, forgets its failures, and dials again.")
    static final class Restart extends Tell {
        Restart() {
            super("restart");
        }
    }

    @Command(
            name = "dial-now",
            description = "Skips our own backoff; never the peer's hint, a limit, a breaker or a pause.")
    static final class DialNow extends Tell {
        DialNow() {
            super("dial-now");
        }
    }

    @Command(name = "rotate", description = "Replaces its link by a new one, without a gap; not in this version.")
    static final class Rotate extends Tell {
        Rotate() {
            super("rotate");
        }
    }
}
