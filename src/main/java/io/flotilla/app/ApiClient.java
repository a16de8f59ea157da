package io.flotilla.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Asks a running fleet over its HTTP API. What goes wrong is a {@link Main.Failed} that says what to do. */
final class ApiClient {

    static final String API = "/api/v1";
    static final String TOKEN = "FLOTILLA_TOKEN";

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final int LONGEST = 300;

    /** Bad Gateway, Service Unavailable, Gateway Timeout (RFC 9110 15.6); who says so may say it in any words. */
    private static final Set<Integer> UNABLE = Set.of(502, 503, 504);

    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    private final URI base;
    private final Optional<Secret> token;

    ApiClient(URI base, Optional<Secret> token) {
        this.base = base;
        this.token = token;
    }

    /** Nobody answers: the same may work later. */
    static final class Away extends Main.Failed {
        private static final long serialVersionUID = 1L;

        Away(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The server said no. */
    static final class Refused extends Main.Failed {
        private static final long serialVersionUID = 1L;

        /** Of HTTP. */
        final int status;

        private final transient Told problem;

        Refused(String message, int status, Told problem) {
            super(message);
            this.status = status;
            this.problem = problem;
        }

        Told problem() {
            return problem;
        }
    }

    /** Whether the same may work in a moment: nobody is there, or somebody who cannot answer now, such as a server that ends. */
    static boolean mayPass(Main.Failed failed) {
        return failed instanceof Away || (failed instanceof Refused refused && UNABLE.contains(refused.status));
    }

    static String connection(ConnectionId id) {
        return API + "/connections/" + id;
    }

    /** A path with its query; the same key may come several times. */
    static String path(String path, List<Map.Entry<String, String>> query) {
        return query.isEmpty()
                ? path
                : path
                        + query.stream()
                                .map(one -> encoded(one.getKey()) + "=" + encoded(one.getValue()))
                                .collect(Collectors.joining("&", "?", ""));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    Told get(String path) {
        return ask(request(path).GET());
    }

    Told post(String path) {
        return ask(request(path).POST(BodyPublishers.noBody()));
    }

    Told post(String path, JsonNode body) {
        return ask(request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(new Told(body).line())));
    }

    private Told ask(HttpRequest.Builder request) {
        HttpResponse<InputStream> answer = send(request);
        try (InputStream body = answer.body()) {
            return read(answer.statusCode(), body.readAllBytes());
        } catch (IOException e) {
            throw away(e);
        }
    }

    /** Opens a stream of server-sent events, which whoever asks must close. */
    InputStream open(String path, Optional<String> after) {
        HttpRequest.Builder request = request(path).header("Accept", "text/event-stream");
        after.ifPresent(id -> request.header("Last-Event-ID", id));
        HttpResponse<InputStream> answer = send(request.GET());
        if (answer.statusCode() == 200) {
            return answer.body();
        }
        try (InputStream body = answer.body()) {
            read(answer.statusCode(), body.readAllBytes());
            throw new Refused(
                    "The server said " + answer.statusCode() + " to a stream", answer.statusCode(), nothing());
        } catch (IOException e) {
            throw away(e);
        }
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path)).timeout(ANSWER);
        token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret.reveal()));
        return request;
    }

    private HttpResponse<InputStream> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw away(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Main.Failed("Interrupted", e);
        }
    }

    private Away away(IOException cause) {
        return new Away(
                "No fleet answers at " + base + " (" + Failing.words(cause)
                        + "). Is `flotilla run` up, with admin.enabled = on? Is it elsewhere? Then say where with --url",
                cause);
    }

    private Told read(int status, byte[] body) {
        boolean well = status >= 200 && status < 300;
        Told told;
        try {
            JsonNode json = body.length == 0 ? MissingNode.getInstance() : Told.MAPPER.readTree(body);
            told = new Told(json);
        } catch (JsonProcessingException e) {
            if (UNABLE.contains(status)) {
                throw new Refused("The server at " + base + " said " + status, status, nothing());
            }
            throw new Main.Failed(
                    "What answers at " + base + " (HTTP " + status + ") is no fleet: expected JSON. Is --url right?",
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException("Bytes in memory can always be read", e);
        }
        if (well) {
            return told;
        }
        throw new Refused(refusal(status, told), status, told);
    }

    private String refusal(int status, Told problem) {
        if (status == 401) {
            return token.isEmpty()
                    ? "The fleet at " + base + " asks for its token (admin.token): set " + TOKEN
                            + " or name a file with --token-file"
                    : "The fleet at " + base + " does not take this token: it is admin.token of its configuration";
        }
        String said = problem.some("detail").orElse("the server said " + status);
        String errors = problem.all("errors")
                .map(error ->
                        "\n  " + error.some("where").map(where -> where + ": ").orElse("") + error.text("detail"))
                .collect(Collectors.joining());
        return Printable.line(said, LONGEST) + errors;
    }

    private static Told nothing() {
        return new Told(MissingNode.getInstance());
    }
}
