package io.flotilla.app;

import java.io.PrintWriter;
import picocli.CommandLine.Command;

/** {@code drain}: ends a running fleet as SIGTERM does. */
@Command(
        name = "drain",
        description = "Ends a running fleet as SIGTERM does: every socket gets its 1001, what was accepted is flushed.")
final class DrainCommand extends RemoteCommand {

    @Override
    int ask(ApiClient client, PrintWriter out) {
        Told told = client.post(ApiClient.API + "/drain");
        if (isJson()) {
            out.println(told.pretty());
        } else {
            out.println("It drains: the process ends within "
                    + told.some("deadline")
                            .map(deadline -> Durations.shown(java.time.Duration.parse(deadline)))
                            .orElse("its deadline")
                    + " or so");
        }
        return 0;
    }
}
