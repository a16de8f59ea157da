package io.flotilla.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.failure.Failure;
import io.flotilla.sink.Sink;
import io.flotilla.spec.ConnectionSpec;
import io.flotilla.spec.Settings;
import io.flotilla.testkit.Ending;
import io.flotilla.testkit.Harbour;
import io.flotilla.testkit.Peer;
import io.flotilla.testkit.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * RFC 6455, and RFC 7692 for who deflates, case by case: a server sends, the client echoes; what came back, how it closed, and that it
 * ended in order.
 */
public abstract class ConformanceContract extends OnGround {

    /** It remembers every frame of the longest case. */
    private final Harbour harbour = Harbour.builder().remembering(2000).start();

    @AfterAll
    void closeHarbour() {
        harbour.close();
    }

    /** Room for what is sent in one piece. */
    @Override
    ReceiveMemory memory() {
        return new ReceiveMemory(64 << 20);
    }

    /** Whether it knows permessage-deflate. */
    protected boolean deflates() {
        return true;
    }

    /** Whether a frame that comes is answered before the one behind it is looked at, also where that one ends the session. */
    protected boolean answersInOrder() {
        return true;
    }

    private List<ConformanceCase> cases() {
        List<ConformanceCase> cases = new ArrayList<>(Stream.of(
                        FramingCases.sizes(),
                        FramingCases.pings(),
                        FramingCases.reserved(),
                        FramingCases.fragments(),
                        FramingCases.limits(),
                        TextAndCloseCases.texts(),
                        TextAndCloseCases.failFast(),
                        TextAndCloseCases.closes())
                .flatMap(List::stream)
                .toList());
        if (deflates()) {
            cases.addAll(DeflateCases.all());
        }
        return cases;
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
        Dialed dialed = new Dialed();
        dialed.answering(message -> {
            dialed.link()
                    .send(message.isText() ? Frame.text(message.text()) : Frame.binary(message.bytes()), sent -> {});
            return Sink.MORE;
        });
        ConnectionSpec.Builder spec = ground().spec(
                        harbour,
                        one.extension()
                                .map(agreed -> Script.upgrade().extension(agreed))
                                .orElseGet(Script::upgrade)
                                .then(one.script()));
        dialed.to(
                ground().transport,
                spec.compression(one.compression())
                        .receive(new Settings.Receive(FramingCases.MAX, 64 << 20, 1))
                        .liveness(new Settings.Liveness(Optional.empty(), Duration.ofSeconds(20)))
                        .build());
        Peer peer = harbour.nextConnection("/" + ground().lastPath());
        Failure end = dialed.awaitEnded();
        assertThat(end.kind()).as("%s; %s", end, peer).isEqualTo(one.end());
        assertThat(peer.awaitEnd().how()).isEqualTo(Ending.How.FIN);
        assertThat(dialed.messages().stream().map(ConformanceCase::shown)).containsExactlyElementsOf(one.messages());
        List<String> back = peer.frames().stream().map(ConformanceCase::shown).toList();
        if (answersInOrder()) {
            assertThat(back).isEqualTo(one.back());
        } else {
            assertThat(one.back()).containsAll(back).endsWith(back.get(back.size() - 1));
            assertThat(back)
                    .hasSizeGreaterThanOrEqualTo(one.isGood() ? one.back().size() : 1);
        }
        assertThat(peer.violations()).isEmpty();
        assertThat(peer.scriptFailure()).isEmpty();
        assertThat(dialed.order()).containsOnlyOnce("ended").endsWith("ended");
    }
}
