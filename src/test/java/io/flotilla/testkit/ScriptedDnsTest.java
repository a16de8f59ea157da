package io.flotilla.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsErrorCauseException;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsNameResolverTimeoutException;
import io.netty.resolver.dns.NoopDnsCache;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The scripted name server, asked by Netty's resolver and by bytes written by hand. */
@Timeout(60)
class ScriptedDnsTest {

    private static EventLoopGroup loop;

    private final ScriptedDns dns = ScriptedDns.start();

    @AfterEach
    void close() {
        dns.close();
        dns.close();
    }

    @BeforeAll
    static void startLoop() {
        loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    }

    @AfterAll
    static void endLoop() {
        loop.shutdownGracefully(0, 5, java.util.concurrent.TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void answersAllAddressesOfAName() {
        dns.on("Feed.test", DnsAnswer.addresses("127.0.0.2", "127.0.0.3", "::1"));
        assertThat(resolve("feed.TEST"))
                .extracting(InetAddress::getHostAddress)
                .containsExactly("127.0.0.2", "127.0.0.3", "0:0:0:0:0:0:0:1");
        assertThat(dns.queries("feed.test")).isEqualTo(2);
        assertThat(dns.queries()).isEqualTo(2);
        dns.awaitQueries("feed.test", 2);
    }

    @Test
    void saysThatThereIsNothing() {
        dns.on("empty.test", DnsAnswer.noData());
        assertThatThrownBy(() -> resolve("empty.test")).isInstanceOf(UnknownHostException.class);
        assertThatThrownBy(() -> resolve("unknown.test")).isInstanceOf(UnknownHostException.class);
        assertThat(code("empty.test")).isZero();
        assertThat(code("unknown.test")).isEqualTo(3);
    }

    @Test
    void failsAndRefuses() {
        dns.on("bad.test", DnsAnswer.servfail());
        dns.on("no.test", DnsAnswer.refused());
        assertThatThrownBy(() -> resolve("bad.test"))
                .hasRootCauseInstanceOf(DnsErrorCauseException.class)
                .hasStackTraceContaining("SERVFAIL");
        assertThatThrownBy(() -> resolve("no.test")).isInstanceOf(UnknownHostException.class);
        assertThat(code("bad.test")).isEqualTo(2);
        assertThat(code("no.test")).isEqualTo(5);
    }

    @Test
    void staysSilent() {
        dns.on("silent.test", DnsAnswer.silent());
        assertThatThrownBy(() -> resolve("silent.test")).hasRootCauseInstanceOf(DnsNameResolverTimeoutException.class);
        assertThat(dns.queries("silent.test")).isPositive();
    }

    @Test
    void answersLate() {
        dns.on("late.test", DnsAnswer.addresses("127.0.0.1").after(Duration.ofMillis(100)));
        long begin = System.nanoTime();
        assertThat(resolve("late.test")).hasSize(1);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(90));
    }

    @Test
    void takesTurns() {
        dns.on("turns.test", DnsAnswer.nxdomain(), DnsAnswer.addresses("127.0.0.1"));
        assertThat(code("turns.test")).isEqualTo(3);
        assertThat(code("turns.test")).isZero();
        assertThat(resolve("turns.test")).isNotEmpty();
    }

    @Test
    void sendsTheClientToTcp() throws IOException {
        dns.on("big.test", DnsAnswer.addresses("127.0.0.1").overTcp());
        assertThat(resolve("big.test")).hasSize(1);
        assertThat(dns.queriesOverTcp()).isPositive();
        try (Socket socket =
                new Socket(dns.address().getAddress(), dns.address().getPort())) {
            byte[] query = query("big.test");
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            DataInputStream in = new DataInputStream(socket.getInputStream());
            for (int i = 0; i < 2; i++) {
                out.writeShort(query.length);
                out.write(query);
                byte[] answer = in.readNBytes(in.readUnsignedShort());
                assertThat(answer[7]).as("answers").isEqualTo((byte) 1);
            }
        }
    }

    @Test
    void takesNoNamesForAddresses() {
        assertThatThrownBy(() -> DnsAnswer.addresses("localhost"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[localhost]");
    }

    private List<InetAddress> resolve(String name) {
        try (DnsNameResolver resolver = new DnsNameResolverBuilder(loop.next())
                .datagramChannelType(NioDatagramChannel.class)
                .socketChannelType(NioSocketChannel.class)
                .nameServerProvider(new SingletonDnsServerAddressStreamProvider(dns.address()))
                .resolvedAddressTypes(ResolvedAddressTypes.IPV4_PREFERRED)
                .resolveCache(NoopDnsCache.INSTANCE)
                .queryTimeoutMillis(1_000)
                .maxQueriesPerResolve(2)
                .searchDomains(List.of())
                .ndots(1)
                .build()) {
            return resolver.resolveAll(name).syncUninterruptibly().getNow();
        }
    }

    /** The response code that an A query over UDP gets. */
    private int code(String name) {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(10_000);
            byte[] query = query(name);
            socket.send(new DatagramPacket(query, query.length, dns.address()));
            DatagramPacket answer = new DatagramPacket(new byte[512], 512);
            socket.receive(answer);
            return answer.getData()[3] & 15;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] query(String name) {
        ByteBuffer out = ByteBuffer.allocate(512);
        out.putShort((short) 7).putShort((short) 0x0100).putShort((short) 1).position(12);
        for (String label : name.split("\\.", -1)) {
            out.put((byte) label.length()).put(label.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        }
        out.put((byte) 0).putShort((short) 1).putShort((short) 1);
        return java.util.Arrays.copyOf(out.array(), out.position());
    }
}
