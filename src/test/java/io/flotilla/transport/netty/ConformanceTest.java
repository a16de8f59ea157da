package io.flotilla.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.failure.Failure;
import io.flotilla.sink.Sink;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.FleetSettings;
import io.flotilla.spec.Settings;
import io.flotilla.testkit.Ending;
import io.flotilla.testkit.Harbour;
import io.flotilla.testkit.Peer;
import io.flotilla.testkit.Script;
import io.flotilla.transport.Dialed;
import io.flotilla.transport.Frame;
import io.flotilla.transport.ReceiveMemory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** RFC 6455 and RFC 7692, case by case: a server sends, the client echoes; what came back, how it closed, and that it ended in order. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConformanceTest {

    private final Harbour harbour = Harbour.builder().remembering(2000).start();
    private final AtomicInteger paths = new AtomicInteger();
    private NettyTransport transport;

    @BeforeAll
    void start() {
        transport = NettyTransport.start(FleetSettings.Network.DEFAULT, new ReceiveMemory(64 << 20));
    }

    @AfterAll
    void stop() {
        transport.close();
        harbour.close();
    }

    private static List<ConformanceCase> cases() {
        return Stream.of(
                        FramingCases.sizes(),
                        FramingCases.pings(),
                        FramingCases.reserved(),
                        FramingCases.fragments(),
                        FramingCases.limits(),
                        TextAndCloseCases.texts(),
                        TextAndCloseCases.failFast(),
                        TextAndCloseCases.closes(),
                        DeflateCases.all())
                .flatMap(List::stream)
                .toList();
    }

    @TestFactory
    Stream<DynamicTest> conforms() {
        return cases().stream().map(one -> DynamicTest.dynamicTest(one.name(), () -> check(one)));
    }

    @Test
    void noTwoCasesHaveOneName() {
        assertThat(cases()).hasSizeGreaterThan(250);
        assertThat(cases().stream().map(ConformanceCase::name)).doesNotHaveDuplicates();
    }

    private void check(ConformanceCase one) {
        String path = "/" + paths.incrementAndGet();
        harbour.on(
                path,
                one.extension()
                        .map(agreed -> Script.upgrade().extension(agreed))
                        .orElseGet(Script::upgrade)
                        .then(one.script()));
        Dialed dialed = new Dialed();
        dialed.answering(message -> {
            dialed.link()
                    .send(message.isText() ? Frame.text(message.text()) : Frame.binary(message.bytes()), sent -> {});
            return Sink.MORE;
        });
        dialed.to(
                transport,
                ConnectionSpec.builder("conformance", harbour.uri(path).toString())
                        .compression(one.compression())
                        .receive(new Settings.Receive(FramingCases.MAX, 64 << 20, 1))
                        .liveness(new Settings.Liveness(Optional.empty(), Duration.ofSeconds(20)))
                        .build());
        Peer peer = harbour.nextConnection(path);
        Failure end = dialed.awaitEnded();
        assertThat(end.kind()).as("%s; %s", end, peer).isEqualTo(one.end());
        assertThat(peer.awaitEnd().how()).isEqualTo(Ending.How.FIN);
        assertThat(peer.frames().stream().map(ConformanceCase::shown)).containsExactlyElementsOf(one.back());
        assertThat(peer.violations()).isEmpty();
        assertThat(peer.scriptFailure()).isEmpty();
        assertThat(dialed.order()).containsOnlyOnce("ended").endsWith("ended");
    }
}
