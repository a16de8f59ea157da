package io.flotilla.testkit;

import io.netty.channel.Channel;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A scripted WebSocket server at real sockets of this machine: good peers, and every kind of bad one.
 *
 * <pre>{@code
 * try (Harbour harbour = Harbour.start()) {
 *     harbour.on("/quotes", Script.inTurn(Script.answer(503), Script.ticker(Duration.ofMillis(100))));
 *     client.connect(harbour.uri("/quotes"));
 *     harbour.nextConnection().awaitEnd();
 *     harbour.nextConnection().awaitUpgraded();
 * }
 * }</pre>
 *
 * <p>A path without a script gets {@link Script#echo}. All connections of a harbour live on one thread, whatever they do; it ends,
 * and every socket with it, in {@link #close}. Safe from any thread. Whatever awaits gives up after the harbour's patience with an
 * {@link AssertionError}.
 */
public final class Harbour implements AutoCloseable {

    private static final String LOOPBACK = "127.0.0.1";

    /** Connections that {@link #nextConnection} has not taken; of more the oldest are forgotten. */
    private static final int MAX_UNTAKEN = 10_000;

    private record Turn(Object script, String target) {}

    /** How a harbour is started. */
    public static final class Builder {

        private String host = LOOPBACK;
        private int port;
        private @Nullable HarbourTls tls;
        private Duration patience = Duration.ofSeconds(30);
        private int remembered = 1_000;
        private int receiveBuffer;

        private Builder() {}

        /** Where to listen, instead of a free port of 127.0.0.1; port 0 is a free one. */
        public Builder at(String host, int port) {
            this.host = host;
            this.port = port;
            return this;
        }

        /** TLS for every connection that {@link Harbour#onConnect} does not treat otherwise. */
        public Builder tls(HarbourTls tls) {
            this.tls = tls;
            return this;
        }

        /** How long the awaiting methods wait; 30 s. */
        public Builder patience(Duration patience) {
            this.patience = patience;
            return this;
        }

        /** How many frames each {@link Peer} remembers, the newest; 1,000. With 0 no ended connection is remembered either. */
        public Builder remembering(int frames) {
            this.remembered = frames;
            return this;
        }

        /** Bytes that the kernel takes for a peer that does not read: SO_RCVBUF, which Linux doubles. */
        public Builder receiveBuffer(int bytes) {
            this.receiveBuffer = bytes;
            return this;
        }

        /**
         * Begins to listen.
         *
         * @throws UncheckedIOException when the address cannot be listened at; its message names the address
         */
        public Harbour start() {
            return new Harbour(this);
        }
    }

    private final Duration patience;
    private final int remembered;
    private final @Nullable HarbourTls tls;
    private final ListeningSocket socket;
    private final Map<String, Script> routes = new ConcurrentHashMap<>();
    private final Map<Turn, AtomicInteger> turns = new ConcurrentHashMap<>();
    private final Set<Conversation> open = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicInteger numbers = new AtomicInteger();
    private volatile Script otherwise = Script.echo();
    private volatile Script arrival = Script.empty();

    private final Object monitor = new Object();
    private final ArrayDeque<Peer> untaken = new ArrayDeque<>();
    private int mostOpen;

    private Harbour(Builder builder) {
        this.patience = builder.patience;
        this.remembered = builder.remembered;
        this.tls = builder.tls;
        this.socket = new ListeningSocket(builder.host, builder.port, builder.receiveBuffer, this::furnish);
    }

    /** Starts on a free port of 127.0.0.1. */
    public static Harbour start() {
        return builder().start();
    }

    /** Starts with TLS on a free port of 127.0.0.1. */
    public static Harbour start(HarbourTls tls) {
        return builder().tls(tls).start();
    }

    public static Builder builder() {
        return new Builder();
    }

    private void furnish(Channel channel) {
        Conversation conversation = new Conversation(this, channel, numbers.incrementAndGet());
        channel.pipeline().addLast(conversation.wire(), conversation);
    }

    // Where.

    public int port() {
        return socket.port();
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(socket.host(), socket.port());
    }

    /** {@code ws://127.0.0.1:port/}, {@code wss} when it was started with TLS. */
    public URI uri() {
        return uri("/");
    }

    /** The same with a path, which begins with a slash and may have a query. */
    public URI uri(String path) {
        return uri(tls == null ? "ws" : "wss", path);
    }

    /** The same with any scheme: {@code wss} at a harbour without TLS meets a plaintext peer. */
    public URI uri(String scheme, String path) {
        String host = socket.host();
        return URI.create(scheme + "://" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port() + path);
    }

    // What it does.

    /** The script for a path, compared without the query. A path that ends with {@code *} stands for all that begin like it. */
    public Harbour on(String path, Script script) {
        routes.put(path, script);
        return this;
    }

    /** The script for all other paths; at first {@link Script#echo}. */
    public Harbour otherwise(Script script) {
        otherwise = script;
        return this;
    }

    /**
     * The script for each new socket, before TLS and before anything is read; at first none. When it is over TLS follows, if the
     * harbour has it and the script did not start it, then the request and the script for its path.
     */
    public Harbour onConnect(Script script) {
        arrival = script;
        return this;
    }

    /** Performs a script on every open connection, besides what is going on there. */
    public void perform(Script script) {
        connections().forEach(peer -> peer.perform(script));
    }

    // What it saw.

    /** The oldest connection that was not taken by this method before; waits for it. */
    public Peer nextConnection() {
        return takeConnection(peer -> true, "a connection");
    }

    /** The same for connections that ask for this path; waits for the request. */
    public Peer nextConnection(String path) {
        return takeConnection(
                peer -> peer.request()
                        .filter(request -> request.path().equals(path))
                        .isPresent(),
                "a connection to [" + path + "]");
    }

    private Peer takeConnection(Predicate<Peer> wanted, String what) {
        return await(
                () -> {
                    Optional<Peer> found = untaken.stream().filter(wanted).findFirst();
                    found.ifPresent(untaken::remove);
                    return found;
                },
                what);
    }

    /** The connections that are open now, in the order of acceptance. */
    public List<Peer> connections() {
        return open.stream()
                .map(Conversation::peer)
                .sorted((a, b) -> Integer.compare(a.number(), b.number()))
                .toList();
    }

    /** How many connections are open now. */
    public int openConnections() {
        return open.size();
    }

    /** Waits until exactly this many connections are open. */
    public Harbour awaitOpenConnections(int count) {
        return await(() -> open.size() == count ? Optional.of(this) : Optional.empty(), count + " open connections");
    }

    /** How many connections were accepted since the start. */
    public int accepted() {
        return numbers.get();
    }

    /** Waits until at least this many connections were accepted since the start. */
    public Harbour awaitAccepted(int count) {
        return await(() -> accepted() >= count ? Optional.of(this) : Optional.empty(), count + " connections");
    }

    /** The most connections that were open at once. */
    public int mostOpen() {
        synchronized (monitor) {
            return mostOpen;
        }
    }

    // Disasters.

    /** Resets every connection; returns when the sockets are gone. */
    public void killAll() {
        List<Conversation> victims = List.copyOf(open);
        victims.forEach(victim -> victim.execute(victim.wire()::reset));
        await(
                () -> victims.stream().noneMatch(open::contains) ? Optional.of(victims) : Optional.empty(),
                "the end of " + victims.size() + " connections");
    }

    /** Stops listening: new dials are refused, open connections stay. Nothing when it does not listen. */
    public void stopListening() {
        socket.stop();
    }

    /** Listens again on the same port. Nothing when it listens. */
    public void listenAgain() {
        if (closed.get()) {
            throw new IllegalStateException("Harbour [" + address() + "] must not be closed");
        }
        socket.listenAgain();
    }

    /** Ends every socket and the thread. Again: nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            stopListening();
            killAll();
            socket.endThread();
        }
    }

    private <T> T await(Supplier<Optional<T>> wanted, String what) {
        return Patience.await(monitor, patience, wanted, what, this::toString);
    }

    // What its conversations ask and tell.

    Duration patience() {
        return patience;
    }

    int remembered() {
        return remembered;
    }

    @Nullable
    HarbourTls tls() {
        return tls;
    }

    Script arrival() {
        return arrival;
    }

    Script route(String path) {
        Script exact = routes.get(path);
        if (exact != null) {
            return exact;
        }
        return routes.keySet().stream()
                .filter(key -> key.endsWith("*") && path.startsWith(key.substring(0, key.length() - 1)))
                .max((a, b) -> Integer.compare(a.length(), b.length()))
                .map(routes::get)
                .orElse(otherwise);
    }

    int nextTurn(Object script, String target) {
        return turns.computeIfAbsent(new Turn(script, target), turn -> new AtomicInteger())
                .incrementAndGet();
    }

    void accepted(Conversation conversation) {
        open.add(conversation);
        synchronized (monitor) {
            mostOpen = Math.max(mostOpen, open.size());
            if (remembered > 0) {
                untaken.addLast(conversation.peer());
                if (untaken.size() > MAX_UNTAKEN) {
                    untaken.removeFirst();
                }
            }
            monitor.notifyAll();
        }
    }

    void left(Conversation conversation) {
        open.remove(conversation);
        changed();
    }

    void changed() {
        synchronized (monitor) {
            monitor.notifyAll();
        }
    }

    @Override
    public String toString() {
        List<Peer> peers = connections();
        return "harbour " + address() + ", " + accepted() + " accepted, " + peers.size() + " open"
                + (peers.size() > 5 ? "" : " " + peers);
    }
}
