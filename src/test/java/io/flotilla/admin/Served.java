package io.flotilla.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flotilla.Fleet;
import io.flotilla.FleetBuilder;
import io.flotilla.connection.ConnectionState;
import io.flotilla.spec.AdminSettings;
import io.flotilla.testkit.FakeTransport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A fleet whose peers are what a test says, its API at a port of its own, and a client that asks it. */
final class Served implements AutoCloseable {

    static final AdminSettings SETTINGS = AdminSettings.DEFAULT.at("127.0.0.1", 0);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    final FakeTransport transport = new FakeTransport();
    final Fleet fleet;
    final AdminServer server;
    final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Served(UnaryOperator<FleetBuilder> builder, AdminSettings settings, UnaryOperator<AdminParts> parts) {
        this.fleet =
                builder.apply(Fleet.builder().transport("netty", transport)).start();
        this.server = get(AdminServer.start(fleet, settings, parts.apply(AdminParts.of(fleet))));
    }

    static Served start() {
        return start(SETTINGS);
    }

    static Served start(AdminSettings settings) {
        return start(settings, parts -> parts);
    }

    static Served start(AdminSettings settings, UnaryOperator<AdminParts> parts) {
        return new Served(builder -> builder, settings, parts);
    }

    static Served start(UnaryOperator<FleetBuilder> builder, UnaryOperator<AdminParts> parts) {
        return new Served(builder, SETTINGS, parts);
    }

    /** What came back. */
    record Answer(HttpResponse<String> response) {
        int status() {
            return response.statusCode();
        }

        String body() {
            return response.body();
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        JsonNode json() {
            try {
                return JSON.readTree(response.body());
            } catch (IOException e) {
                throw new UncheckedIOException(response.body(), e);
            }
        }

        String detail() {
            return json().path("detail").asText();
        }
    }

    /** Connections in this state. */
    int count(ConnectionState state) {
        return fleet.counts().getOrDefault(state, 0);
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.address().getPort() + path);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path)).timeout(PATIENCE);
    }

    Answer send(HttpRequest.Builder request) {
        try {
            return new Answer(client.send(request.build(), HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    Answer get(String path) {
        return send(request(path));
    }

    Answer post(String path) {
        return send(request(path).POST(HttpRequest.BodyPublishers.noBody()));
    }

    Answer post(String path, String json) {
        return send(json(path, "POST", json));
    }

    Answer put(String path, String json) {
        return send(json(path, "PUT", json));
    }

    HttpRequest.Builder json(String path, String method, String json) {
        return request(path)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(json));
    }

    Answer delete(String path) {
        return send(request(path).DELETE());
    }

    static <T> T get(java.util.concurrent.CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        get(server.close());
        get(fleet.close(Duration.ofSeconds(5)));
    }
}
