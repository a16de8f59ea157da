package io.flotilla.app;

import io.flotilla.spec.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which fleet is asked, and with which token: never one on the command line, where every user of the machine can read it. */
final class ServerArgument {

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8480",
            description = "Where its HTTP API listens (default: ${DEFAULT-VALUE}).")
    private String url = "http://127.0.0.1:8480";

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description =
                    "A file with the token of the API; without it the variable FLOTILLA_TOKEN has it, where one is needed.")
    private Optional<Path> tokenFile = Optional.empty();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    ApiClient client() {
        return new ApiClient(base(), token());
    }

    private URI base() {
        try {
            URI uri = new URI(url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
            if (List.of("http", "https").contains(uri.getScheme())
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            throw wrong("--url is no URL: " + e.getReason() + "; expected one such as http://127.0.0.1:8480");
        }
        throw wrong("--url must be http:// or https:// with a host, and without user info, query and fragment, such as"
                + " http://127.0.0.1:8480");
    }

    private Optional<Secret> token() {
        if (tokenFile.isEmpty()) {
            return Optional.ofNullable(System.getenv(ApiClient.TOKEN))
                    .map(String::strip)
                    .filter(text -> !text.isEmpty())
                    .map(text -> printable(text, "The variable " + ApiClient.TOKEN));
        }
        Path file = tokenFile.get();
        try {
            String text = Files.readString(file).strip();
            if (text.isEmpty()) {
                throw wrong("--token-file [" + file + "] is empty; expected the token and nothing else");
            }
            return Optional.of(printable(text, "--token-file [" + file + "]"));
        } catch (IOException e) {
            throw wrong("--token-file [" + file + "] cannot be read: "
                    + e.getClass().getSimpleName());
        }
    }

    private Secret printable(String text, String where) {
        if (text.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw wrong(where + " has more than a token in it; expected one line without spaces");
        }
        return Secret.of(text);
    }

    private ParameterException wrong(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
