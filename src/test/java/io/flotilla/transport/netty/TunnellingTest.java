package io.flotilla.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.spec.Proxy;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The talks with proxies, in pieces of any size. */
class TunnellingTest {

    private static final class Heard implements Tunnelling.Listener {
        private final List<String> calls = new ArrayList<>();

        @Override
        public void through(String answer) {
            calls.add(answer);
        }

        @Override
        public void refused(ProxyTalk.Refused why) {
            calls.add(why.kind() + " " + why.detail());
        }

        @Override
        public void broken(@Nullable Throwable thrown) {
            calls.add("broken");
        }
    }

    private final Heard heard = new Heard();

    private EmbeddedChannel talkingTo(String proxy, String host, int port) {
        return new EmbeddedChannel(new Tunnelling(ProxyTalk.with(Proxy.of(proxy), host, port), heard));
    }

    private static String said(EmbeddedChannel channel) {
        StringBuilder all = new StringBuilder();
        for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
            all.append(bytes.toString(StandardCharsets.ISO_8859_1));
            bytes.release();
        }
        return all.toString();
    }

    private static String passedOn(EmbeddedChannel channel) {
        StringBuilder all = new StringBuilder();
        for (ByteBuf bytes = channel.readInbound(); bytes != null; bytes = channel.readInbound()) {
            all.append(bytes.toString(StandardCharsets.ISO_8859_1));
            bytes.release();
        }
        return all.toString();
    }

    private static void hear(EmbeddedChannel channel, String bytes, int size) {
        for (int at = 0; at < bytes.length(); at += size) {
            String piece = bytes.substring(at, Math.min(bytes.length(), at + size));
            channel.writeInbound(Unpooled.copiedBuffer(piece, StandardCharsets.ISO_8859_1));
        }
    }

    @ParameterizedTest(name = "in pieces of {0}")
    @ValueSource(ints = {1, 2, 7, 1000})
    void asksAnHttpProxyAndHandsOnWhatFollows(int size) {
        EmbeddedChannel channel = talkingTo("http://me:p%3Aw@proxy:3128", "::1", 443);
        assertThat(said(channel))
                .startsWith("CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\nUser-Agent: flotilla/")
                .endsWith("\r\nProxy-Authorization: Basic bWU6cDp3\r\n\r\n");
        hear(
                channel,
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 200 OK\r\nContent-Length: 9\r\nVia: x\r\n\r\nfrom afar",
                size);
        assertThat(heard.calls).containsExactly("HTTP 200");
        assertThat(passedOn(channel)).isEqualTo("from afar");
        assertThat(channel.pipeline().get(Tunnelling.class)).isNull();
        channel.finish();
        assertThat(heard.calls).hasSize(1);
    }

    @ParameterizedTest(name = "in pieces of {0}")
    @ValueSource(ints = {1, 2, 7, 1000})
    void asksASocksProxyAndHandsOnWhatFollows(int size) {
        EmbeddedChannel channel = talkingTo("socks5://me:pw@proxy:1080", "far.test", 443);
        assertThat(said(channel)).isEqualTo("\5\2\0\2");
        hear(channel, "\5\2", size);
        assertThat(said(channel)).isEqualTo("\1\2me\2pw");
        hear(channel, "\1\0", size);
        assertThat(said(channel)).isEqualTo("\5\1\0\3\10far.test\1\u00bb");
        hear(channel, "\5\0\0\3\4namePPfrom afar", size);
        assertThat(heard.calls).containsExactly("reply 0");
        assertThat(passedOn(channel)).isEqualTo("from afar");
    }

    @Test
    void tellsASocksProxyAddressesAsSuch() {
        EmbeddedChannel four = talkingTo("socks5://proxy:1080", "192.0.2.7", 80);
        assertThat(said(four)).isEqualTo("\5\1\0");
        hear(four, "\5\0", 2);
        assertThat(said(four)).isEqualTo("\5\1\0\1\u00c0\0\2\7\0P");
        hear(four, "\5\0\0\4" + "x".repeat(18), 5);
        EmbeddedChannel six = talkingTo("socks5://proxy:1080", "::1", 80);
        assertThat(said(six)).isEqualTo("\5\1\0");
        hear(six, "\5\0", 2);
        assertThat(said(six)).isEqualTo("\5\1\0\4" + "\0".repeat(15) + "\1\0P");
        hear(six, "\5\0\0\1" + "x".repeat(6) + "more", 3);
        assertThat(passedOn(six)).isEqualTo("more");
        assertThat(heard.calls).containsExactly("reply 0", "reply 0");
    }

    @Test
    void hearsNothingMoreOnceItIsStopped() {
        Tunnelling stopped = new Tunnelling(ProxyTalk.with(Proxy.of("http://proxy:1"), "far.test", 80), heard);
        EmbeddedChannel channel = new EmbeddedChannel(stopped);
        hear(channel, "HTTP/1.1 4", 100);
        stopped.stop();
        hear(channel, "03 No\r\n\r\n", 100);
        channel.finishAndReleaseAll();
        assertThat(heard.calls).isEmpty();
    }

    @Test
    void saysThatTheProxyEndedIt() {
        EmbeddedChannel channel = talkingTo("http://proxy:1", "far.test", 80);
        hear(channel, "HTTP/1.1 4", 100);
        channel.close();
        channel.finishAndReleaseAll();
        assertThat(heard.calls).containsExactly("broken");
    }
}
