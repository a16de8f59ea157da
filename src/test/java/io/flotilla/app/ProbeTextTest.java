package io.flotilla.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.failure.FailureKind;
import io.flotilla.transport.DialStep;
import io.flotilla.transport.DialStep.HeaderLine;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProbeTextTest {

    private final StringWriter written = new StringWriter();
    private final ProbeText text = new ProbeText(new PrintWriter(written));

    @Test
    void saysHowEachAddressWentAndHowLongItTook() throws UnknownHostException {
        InetSocketAddress slow = address("192.0.2.1");
        InetSocketAddress quick = address("2001:db8::1");
        met(0, new DialStep.TargetChosen("ws://feed.test:80/"));
        met(5, new DialStep.NameLookedUp("feed.test", List.of(slow.getAddress(), quick.getAddress())));
        met(6, new DialStep.ConnectStarted(slow));
        met(256, new DialStep.ConnectStarted(quick));
        met(266, new DialStep.ConnectEnded(quick, Optional.empty()));
        met(270, new DialStep.RequestSent("GET / HTTP/1.1", List.of(new HeaderLine("Host", "feed.test"))));

        assertThat(lines())
                .containsExactly(
                        "    0.00 ms  dial      ws://feed.test:80/",
                        "     5.0 ms  look-up   feed.test is 192.0.2.1, 2001:db8::1 (5.0 ms)",
                        "     266 ms  connect   [2001:db8::1]:80 connected (10.0 ms)",
                        "     270 ms  connect   192.0.2.1:80 no answer within 264 ms",
                        "     270 ms  request   GET / HTTP/1.1",
                        "                       Host: feed.test");
    }

    @Test
    void saysWhyAnAddressFailedInAWord() throws UnknownHostException {
        InetSocketAddress one = address("192.0.2.1");
        met(1, new DialStep.ConnectEnded(one, Optional.of(FailureKind.CONNECTION_REFUSED)));
        met(2, new DialStep.ConnectEnded(one, Optional.of(FailureKind.UNREACHABLE)));
        met(3, new DialStep.ConnectEnded(one, Optional.of(FailureKind.LOCAL_RESOURCES)));

        assertThat(lines())
                .containsExactly(
                        "     1.0 ms  connect   192.0.2.1:80 refused",
                        "     2.0 ms  connect   192.0.2.1:80 is unreachable",
                        "     3.0 ms  connect   192.0.2.1:80 LOCAL_RESOURCES");
    }

    @Test
    void saysWhatAProxyAnswered() {
        met(10, new DialStep.ProxyAnswered("http proxy 192.0.2.9:3128", "HTTP 200"));

        assertThat(lines()).containsExactly("    10.0 ms  proxy     http proxy 192.0.2.9:3128 said HTTP 200 (10.0 ms)");
    }

    private void met(long millis, DialStep step) {
        text.met(new ProbeReport.Step(Duration.ofMillis(millis), step));
    }

    private List<String> lines() {
        return written.toString().lines().toList();
    }

    private static InetSocketAddress address(String literal) throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(literal), 80);
    }
}
