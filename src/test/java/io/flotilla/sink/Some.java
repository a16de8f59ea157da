package io.flotilla.sink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flotilla.spec.ConnectionId;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What the tests of sinks have in common. */
final class Some {

    static final long AT = 1_767_225_600_007L; // 2026-01-01T00:00:00.007Z
    private static final ObjectMapper JSON = new ObjectMapper();

    private Some() {}

    static Inbound text(String id, long generation, String text) {
        return new Inbound(ConnectionId.of(id), generation, AT, true, text.getBytes(StandardCharsets.UTF_8));
    }

    static Inbound text(String text) {
        return text("quotes", 1, text);
    }

    static Inbound bytes(byte... bytes) {
        return new Inbound(ConnectionId.of("quotes"), 1, AT, false, bytes);
    }

    static ConnectionSpec spec(String id, int inFlight, Settings.OnHandlerError onError) {
        return ConnectionSpec.builder(id, "ws://127.0.0.1:1/")
                .receive(new Settings.Receive(1024, 1024, inFlight))
                .onHandlerError(onError)
                .build();
    }

    static Lines lines(Inbound... messages) {
        Lines lines = new Lines();
        Ndjson ndjson = new Ndjson(lines);
        for (Inbound message : messages) {
            ndjson.append(message);
        }
        return lines;
    }

    static JsonNode json(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new AssertionError("no JSON: [" + line + "]", e);
        }
    }

    static boolean isJson(String line) {
        try {
            JsonNode read = JSON.reader()
                    .with(com.fasterxml.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .readTree(line);
            return read != null && read.has("id");
        } catch (IOException e) {
            return false;
        }
    }

    static void await(CountDownLatch latch) {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new AssertionError("waited in vain");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** A sink's way to say how it is doing, remembered. */
    static final class Heard implements SinkContext {
        final List<String> said = new ArrayList<>();

        @Override
        public String name() {
            return "test";
        }

        @Override
        public synchronized void degraded(String reason) {
            said.add("degraded: " + reason);
            notifyAll();
        }

        @Override
        public synchronized void healed() {
            said.add("healed");
            notifyAll();
        }

        synchronized List<String> said() {
            return List.copyOf(said);
        }

        synchronized void await(String news) {
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (!said.contains(news)) {
                long rest = (until - System.nanoTime()) / 1_000_000;
                if (rest <= 0) {
                    throw new AssertionError("waited in vain for [" + news + "]; heard " + said);
                }
                try {
                    wait(rest);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    /** What user code did wrong, remembered. */
    static final class Errors implements HandlerErrors {
        final Map<String, Throwable> failed = new ConcurrentHashMap<>();
        final List<Inbound> dropped = java.util.Collections.synchronizedList(new ArrayList<>());

        @Override
        public void failed(Inbound message, Throwable thrown) {
            failed.put(message.id() + "/" + message.generation() + "/" + message.text(), thrown);
        }

        @Override
        public void dropped(Inbound message) {
            dropped.add(message);
        }
    }
}
