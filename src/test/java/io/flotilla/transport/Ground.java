package io.flotilla.transport;

import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Destinations;
import io.flotilla.spec.FleetSettings;
import io.flotilla.spec.Settings;
import io.flotilla.testkit.Harbour;
import io.flotilla.testkit.HarbourTls;
import io.flotilla.testkit.Script;
import io.flotilla.testkit.ScriptedDns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** What the tests of a transport stand on: the transport, peers with and without TLS, a name server, and trust for their authority. */
public final class Ground implements AutoCloseable {

    private static final Settings.Timeouts TIMEOUTS =
            new Settings.Timeouts(Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(10));

    final ReceiveMemory memory;
    final ScriptedDns dns = ScriptedDns.start();
    final Harbour harbour = Harbour.start();
    final Transport transport;
    private final Map<String, Harbour> secure = new ConcurrentHashMap<>();
    private final AtomicInteger paths = new AtomicInteger();
    private final Map<List<String>, Transport> within = new ConcurrentHashMap<>();
    private final Function<FleetSettings.Network, Transport> start;
    private final FleetSettings.Network network;
    private final Path trust;

    Ground(Function<FleetSettings.Network, Transport> start, ReceiveMemory memory, boolean natives) {
        this.memory = memory;
        String server = "127.0.0.1:" + dns.address().getPort();
        this.start = start;
        network = new FleetSettings.Network(2, natives, natives, List.of(server));
        transport = start.apply(network);
        trust = file(HarbourTls.trusted().trustPem());
    }

    static Path file(String content) {
        try {
            Path file = Files.createTempFile("flotilla", ".pem");
            file.toFile().deleteOnExit();
            return Files.writeString(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Such a transport that leads only there; made at its first use. */
    Transport within(String... allowed) {
        return within.computeIfAbsent(List.of(allowed), texts -> start.apply(network.within(Destinations.of(texts))));
    }

    /** A spec for a path of its own, at which the harbour does this. */
    ConnectionSpec.Builder at(Script script) {
        return spec(harbour, script);
    }

    ConnectionSpec.Builder spec(Harbour where, Script script) {
        String path = "/" + paths.incrementAndGet();
        where.on(path, script);
        return spec(where.uri(path));
    }

    /** The number of the last path that was made. */
    int lastPath() {
        return paths.get();
    }

    ConnectionSpec.Builder spec(URI uri) {
        return spec(uri.toString());
    }

    ConnectionSpec.Builder spec(String uri) {
        return ConnectionSpec.builder("contract", uri)
                .timeouts(TIMEOUTS)
                .tls(new Settings.Tls(Optional.of(trust), true));
    }

    /** The harbour with this TLS; made at its first use. */
    Harbour secure(String name, java.util.function.Supplier<HarbourTls> tls) {
        return secure.computeIfAbsent(name, made -> Harbour.start(tls.get()));
    }

    Harbour trusted() {
        return secure("trusted", HarbourTls::trusted);
    }

    /** A harbour for one test that treats each new socket so. */
    Harbour onConnect(String name, Script script) {
        return secure.computeIfAbsent(name, made -> Harbour.start().onConnect(script));
    }

    Settings.Tls trusting(Path pem) {
        return new Settings.Tls(Optional.of(pem), true);
    }

    Dialed dial(ConnectionSpec.Builder spec) {
        return Dialed.dial(transport, spec.build());
    }

    static Settings.Timeouts dialWithin(Duration dial) {
        return new Settings.Timeouts(dial, TIMEOUTS.ready(), TIMEOUTS.close());
    }

    static Settings.Timeouts closeWithin(Duration close) {
        return new Settings.Timeouts(TIMEOUTS.dial(), TIMEOUTS.ready(), close);
    }

    @Override
    public void close() {
        transport.close();
        within.values().forEach(Transport::close);
        harbour.close();
        secure.values().forEach(Harbour::close);
        dns.close();
    }
}
