package io.flotilla.bench.behaviour;

import io.flotilla.testkit.Harbour;
import io.flotilla.testkit.Script;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The peers of a scene, a process of their own: {@code Peers HOST PORT}. Does what it reads from its input, a word a line. */
public final class Peers {

    /** Upgrades that {@code /busy} admits in a second. */
    static final int ADMITTED = 50;

    private final AtomicInteger goodbyes = new AtomicInteger();
    private final AtomicLong second = new AtomicLong();
    private final AtomicInteger admitted = new AtomicInteger();

    private Peers() {}

    public static void main(String[] arguments) throws IOException {
        new Peers().serve(arguments[0], Integer.parseInt(arguments[1]));
    }

    private void serve(String host, int port) throws IOException {
        BufferedReader words = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (Harbour harbour = Harbour.builder().at(host, port).remembering(0).start()) {
            harbour.on("/deaf", Script.upgrade().stopReading().hang())
                    .on("/mute", Script.upgrade().ignoreClose().onFrame(this::isGoodbye, frame -> Script.empty()))
                    .on("/busy", Script.perRequest(request -> admits() ? idle() : tooMany()))
                    .otherwise(idle());
            System.out.println(harbour.port());
            String word;
            while ((word = words.readLine()) != null) {
                obey(harbour, word);
            }
        }
    }

    private void obey(Harbour harbour, String word) {
        switch (word) {
            case "kill" -> harbour.killAll();
            case "down" -> {
                harbour.stopListening();
                harbour.killAll();
            }
            case "up" -> harbour.listenAgain();
            case "open", "goodbyes" -> {}
            default ->
                throw new IllegalArgumentException("A word is kill, down, up, open or goodbyes, not [" + word + "]");
        }
        System.out.println(word.equals("goodbyes") ? goodbyes.get() : harbour.openConnections());
    }

    private Script idle() {
        return Script.upgrade().onFrame(this::isGoodbye, frame -> Script.empty());
    }

    private static Script tooMany() {
        return Script.answer(429).header("Retry-After", "3");
    }

    private boolean isGoodbye(io.flotilla.testkit.ClientFrame frame) {
        if (frame.isClose() && frame.closeCode().orElse(0) == 1001) {
            goodbyes.incrementAndGet();
        }
        return false;
    }

    /** A fixed window, as many gateways have it. */
    private boolean admits() {
        long now = System.nanoTime() / Duration.ofSeconds(1).toNanos();
        if (second.getAndSet(now) != now) {
            admitted.set(0);
        }
        return admitted.incrementAndGet() <= ADMITTED;
    }
}
