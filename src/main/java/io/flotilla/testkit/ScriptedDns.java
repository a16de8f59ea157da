package io.flotilla.testkit;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A name server on a free port of 127.0.0.1, UDP and TCP, that says what it is told to.
 *
 * <pre>{@code
 * try (ScriptedDns dns = ScriptedDns.start()) {
 *     dns.on("feed.test", DnsAnswer.addresses("127.0.0.2", "127.0.0.1"));
 *     dns.on("late.test", DnsAnswer.servfail(), DnsAnswer.addresses("127.0.0.1").after(Duration.ofMillis(50)));
 *     resolver.ask(dns.address(), "feed.test");
 *     dns.queries("feed.test");
 * }
 * }</pre>
 *
 * <p>A name without an answer does not exist (NXDOMAIN). Safe from any thread.
 */
public final class ScriptedDns implements AutoCloseable {

    private static final int MAX_UDP = 4096;
    private static final int PORT_ATTEMPTS = 20;

    /** Several answers, one for each query; the last one stays. Counted for each type that is asked. */
    private record Turns(List<DnsAnswer> answers, Map<Integer, AtomicInteger> asked) {

        static Turns of(DnsAnswer... answers) {
            return new Turns(List.of(answers), new ConcurrentHashMap<>());
        }

        DnsAnswer next(int type) {
            int turn = asked.computeIfAbsent(type, any -> new AtomicInteger()).getAndIncrement();
            return answers.get(Math.min(turn, answers.size() - 1));
        }
    }

    private final Map<String, Turns> answers = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();
    private final AtomicInteger total = new AtomicInteger();
    private final AtomicInteger overTcp = new AtomicInteger();
    private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor(task -> daemon(task));
    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private volatile boolean closed;

    private ScriptedDns(DatagramSocket udp, ServerSocket tcp) {
        this.udp = udp;
        this.tcp = tcp;
    }

    /** Starts it; knows no names yet. */
    public static ScriptedDns start() {
        try {
            ScriptedDns dns = bind();
            daemon(dns::serveUdp).start();
            daemon(dns::serveTcp).start();
            return dns;
        } catch (IOException e) {
            throw new UncheckedIOException("Scripted DNS must find a free port: " + e.getMessage(), e);
        }
    }

    /** The same port for both: resolvers ask over TCP where they asked over UDP. */
    private static ScriptedDns bind() throws IOException {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        for (int attempt = 1; ; attempt++) {
            ServerSocket tcp = new ServerSocket(0, 50, loopback);
            try {
                return new ScriptedDns(new DatagramSocket(tcp.getLocalPort(), loopback), tcp);
            } catch (SocketException taken) {
                tcp.close();
                if (attempt == PORT_ATTEMPTS) {
                    throw taken;
                }
            }
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "scripted-dns");
        thread.setDaemon(true);
        return thread;
    }

    /** Where resolvers are to ask. */
    public InetSocketAddress address() {
        return (InetSocketAddress) tcp.getLocalSocketAddress();
    }

    /** What it says of a name: the first answer to the first query, and so on; the last one stays. Counted anew, for A and AAAA apart. */
    public ScriptedDns on(String name, DnsAnswer... inTurn) {
        if (inTurn.length == 0) {
            throw new IllegalArgumentException("Answers for [" + name + "] must be at least one");
        }
        answers.put(name.toLowerCase(Locale.ROOT), Turns.of(inTurn));
        return this;
    }

    /** How many queries came. */
    public int queries() {
        return total.get();
    }

    /** How many queries came for a name, whatever the type. */
    public int queries(String name) {
        AtomicInteger count = counts.get(name.toLowerCase(Locale.ROOT));
        return count == null ? 0 : count.get();
    }

    /** How many queries came over TCP. */
    public int queriesOverTcp() {
        return overTcp.get();
    }

    /** Waits until at least this many queries came for a name; 30 s at most, then an {@link AssertionError}. */
    public void awaitQueries(String name, int count) {
        Patience.await(
                total,
                Duration.ofSeconds(30),
                () -> queries(name) >= count ? Optional.of(count) : Optional.empty(),
                count + " queries for [" + name + "]",
                counts::toString);
    }

    private void serveUdp() {
        untilClosed(() -> {
            DatagramPacket packet = new DatagramPacket(new byte[MAX_UDP], MAX_UDP);
            udp.receive(packet);
            byte[] query = Arrays.copyOf(packet.getData(), packet.getLength());
            handle(query, false, answer -> send(new DatagramPacket(answer, answer.length, packet.getSocketAddress())));
        });
    }

    private void serveTcp() {
        untilClosed(() -> {
            Socket client = tcp.accept();
            clients.add(client);
            daemon(() -> serveClient(client)).start();
        });
    }

    private void serveClient(Socket client) {
        try (client) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            DataOutputStream out = new DataOutputStream(client.getOutputStream());
            while (!closed) {
                byte[] query = new byte[in.readUnsignedShort()];
                in.readFully(query);
                handle(query, true, answer -> {
                    synchronized (out) {
                        out.writeShort(answer.length);
                        out.write(answer);
                        out.flush();
                    }
                });
            }
        } catch (EOFException | SocketException gone) {
            // The client asked all that it wanted to, or this server was closed.
            clients.remove(client);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void handle(byte[] bytes, boolean isTcp, Reply reply) {
        DnsMessage.query(bytes).ifPresent(query -> {
            count(query, isTcp);
            Turns turns = answers.get(query.name());
            DnsAnswer answer = turns == null ? DnsAnswer.nxdomain() : turns.next(query.type());
            if (answer.code() != DnsAnswer.SILENT) {
                say(reply, query.answer(answer, isTcp), answer.delay());
            }
        });
    }

    private void count(DnsMessage query, boolean isTcp) {
        if (isTcp) {
            overTcp.incrementAndGet();
        }
        counts.computeIfAbsent(query.name(), any -> new AtomicInteger()).incrementAndGet();
        synchronized (total) {
            total.incrementAndGet();
            total.notifyAll();
        }
    }

    private void say(Reply reply, byte[] answer, Duration delay) {
        if (closed) {
            return;
        }
        try {
            later.schedule(
                    () -> {
                        try {
                            reply.send(answer);
                        } catch (IOException gone) {
                            // Who asked does not wait any more; a server has nobody to tell.
                            clients.removeIf(Socket::isClosed);
                        }
                    },
                    delay.toNanos(),
                    TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closing) {
            // Closed between the query and here: silence is what a closed server says.
            closed = true;
        }
    }

    private void send(DatagramPacket packet) throws IOException {
        udp.send(packet);
    }

    private interface Reply {
        void send(byte[] answer) throws IOException;
    }

    private interface Blocking {
        void run() throws IOException;
    }

    private void untilClosed(Blocking work) {
        while (!closed) {
            try {
                work.run();
            } catch (IOException e) {
                if (!closed) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    /** Ends every socket and thread. Again: nothing. */
    @Override
    public void close() {
        closed = true;
        later.shutdownNow();
        udp.close();
        try {
            tcp.close();
            for (Iterator<Socket> all = clients.iterator(); all.hasNext(); ) {
                all.next().close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
