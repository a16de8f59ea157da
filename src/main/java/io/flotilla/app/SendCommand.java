package io.flotilla.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flotilla.spec.ConnectionId;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code send ID TEXT}: sends one message. */
@Command(
        name = "send",
        description = {
            "Sends one message over a connection of a running fleet, which must be READY.",
            "Ends well once it was handed to the kernel whole; that is not yet the peer."
        })
final class SendCommand extends RemoteCommand {

    @Parameters(index = "0", paramLabel = "ID", converter = Ids.class, description = "Over this connection.")
    private ConnectionId id = ConnectionId.of("none");

    @Parameters(index = "1", paramLabel = "TEXT", description = "The message; - reads it from standard input.")
    private String text = "";

    @Option(names = "--base64", description = "TEXT is base64: the message is binary.")
    private boolean binary;

    @Override
    int ask(ApiClient client, PrintWriter out) {
        ObjectNode body =
                Told.MAPPER.createObjectNode().put(binary ? "base64" : "text", text.equals("-") ? input() : text);
        try {
            Told answer = client.post(ApiClient.connection(id) + "/messages", body);
            out.println(isJson() ? answer.pretty() : "written, by dial #" + answer.number("generation"));
            return 0;
        } catch (ApiClient.Refused e) {
            if (!e.problem().has("outcome")) {
                throw e;
            }
            if (isJson()) {
                out.println(e.problem().pretty());
            } else {
                remark("Not written: " + e.problem().text("outcome")
                        + e.problem()
                                .some("reason")
                                .map(reason -> " (" + reason + ")")
                                .orElse("") + ". " + e.getMessage());
            }
            return FAILED;
        }
    }

    /** Without the line end that a shell puts behind it. */
    private String input() {
        try {
            String all = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
            return binary ? all.strip() : all.replaceFirst("\\R\\z", "");
        } catch (IOException e) {
            throw new Main.Failed("Standard input cannot be read: " + e.getMessage(), e);
        }
    }
}
