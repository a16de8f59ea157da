package io.flotilla.transport.netty;

import io.flotilla.failure.FailureKind;
import io.flotilla.spec.Endpoint;
import io.flotilla.spec.Proxy;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Asks an HTTP proxy for a tunnel: CONNECT (RFC 9110 9.3.6), with Basic authentication (RFC 7617) told unasked. */
final class HttpConnect implements ProxyTalk {

    private final Optional<Proxy.User> user;
    private final String authority;
    private final AnswerReader reader = new AnswerReader();

    HttpConnect(Optional<Proxy.User> user, String host, int port) {
        this.user = user;
        this.authority = new Endpoint(false, host, port).toString();
    }

    @Override
    public byte[] begin() {
        String head = "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\nUser-Agent: "
                + UpgradeRequest.AGENT + "\r\n"
                + user.map(known -> "Proxy-Authorization: " + basic(known) + "\r\n")
                        .orElse("") + "\r\n";
        return head.getBytes(StandardCharsets.UTF_8);
    }

    static String basic(Proxy.User user) {
        String pair = user.name().reveal() + ":" + user.password().reveal();
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Next hear(ByteBuf in) throws Refused {
        try {
            AnswerHead answer = reader.read(in);
            return answer == null ? Next.Wait.INSTANCE : judged(answer);
        } catch (AnswerHead.NotHttp garbage) {
            throw new Refused(
                    FailureKind.PROXY_UNREACHABLE, "", "its answer to CONNECT is no HTTP: " + garbage.getMessage());
        }
    }

    private Next judged(AnswerHead answer) throws Refused {
        int status = answer.status();
        String said = "HTTP " + status;
        if (status / 100 == 2) {
            return new Next.Through(said);
        }
        FailureKind kind = kind(status);
        String why = kind == FailureKind.PROXY_AUTHENTICATION ? why(answer) : "";
        throw new Refused(kind, said, "it answered CONNECT with " + said + why);
    }

    /**
     * What a proxy says of the way, of us and of the destination. Most say 5xx or 404 when they cannot reach it; of a wrong password
     * tinyproxy says 401.
     */
    static FailureKind kind(int status) {
        return switch (status) {
            case 401, 407 -> FailureKind.PROXY_AUTHENTICATION;
            case 404, 408, 425, 429 -> FailureKind.PROXY_UNREACHABLE;
            default -> status / 100 == 4 ? FailureKind.PROXY_FORBIDDEN : FailureKind.PROXY_UNREACHABLE;
        };
    }

    private String why(AnswerHead answer) {
        List<String> asked = answer.all("Proxy-Authenticate");
        boolean basic = asked.isEmpty() || asked.stream().anyMatch(HttpConnect::isBasic);
        if (!basic) {
            return "; it does not ask for Basic authentication, and nothing else is spoken";
        }
        return user.isPresent() ? "" : "; proxy has no user and password";
    }

    private static boolean isBasic(String challenge) {
        return challenge.regionMatches(true, 0, "Basic", 0, "Basic".length());
    }
}
