package io.flotilla.transport.netty;

import io.flotilla.failure.FailureKind;
import io.flotilla.spec.Proxy;
import io.netty.buffer.ByteBuf;
import io.netty.util.NetUtil;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Asks a SOCKS proxy for a tunnel: version 5 (RFC 1928), without authentication or with user and password (RFC 1929). */
final class Socks5 implements ProxyTalk {

    private static final int VERSION = 5;
    private static final int LOGIN_VERSION = 1;
    private static final int CONNECT = 1;
    private static final int NO_LOGIN = 0;
    private static final int LOGIN = 2;
    private static final int NONE_OF_THEM = 0xFF;
    private static final int V4 = 1;
    private static final int NAME = 3;
    private static final int V6 = 4;

    /** From the version to the kind of the address. */
    private static final int REPLY_HEAD = 4;

    private enum Step {
        METHOD,
        LOGIN,
        REPLY
    }

    private final Optional<Proxy.User> user;
    private final String host;
    private final int port;
    private Step step = Step.METHOD;

    Socks5(Optional<Proxy.User> user, String host, int port) {
        this.user = user;
        this.host = host;
        this.port = port;
    }

    @Override
    public byte[] begin() {
        return user.isPresent() ? new byte[] {VERSION, 2, NO_LOGIN, LOGIN} : new byte[] {VERSION, 1, NO_LOGIN};
    }

    @Override
    public Next hear(ByteBuf in) throws Refused {
        return switch (step) {
            case METHOD -> method(in);
            case LOGIN -> login(in);
            case REPLY -> reply(in);
        };
    }

    private Next method(ByteBuf in) throws Refused {
        version(in, VERSION);
        if (in.readableBytes() < 2) {
            return Next.Wait.INSTANCE;
        }
        in.skipBytes(1);
        int chosen = in.readUnsignedByte();
        if (chosen == NO_LOGIN) {
            return request();
        }
        if (chosen == LOGIN && user.isPresent()) {
            step = Step.LOGIN;
            return new Next.Say(login(user.get()));
        }
        if (chosen == NONE_OF_THEM || chosen == LOGIN) { // which some choose though it was not offered
            throw new Refused(
                    FailureKind.PROXY_AUTHENTICATION,
                    "no acceptable method",
                    user.isPresent()
                            ? "it takes neither no authentication nor user and password"
                            : "it asks for authentication, and proxy has no user and password");
        }
        throw garbage("it chose method " + chosen + ", which was not offered");
    }

    private static byte[] login(Proxy.User user) {
        ByteArrayOutputStream words = new ByteArrayOutputStream();
        words.write(LOGIN_VERSION);
        append(words, user.name().reveal());
        append(words, user.password().reveal());
        return words.toByteArray();
    }

    private Next login(ByteBuf in) throws Refused {
        version(in, LOGIN_VERSION);
        if (in.readableBytes() < 2) {
            return Next.Wait.INSTANCE;
        }
        in.skipBytes(1);
        int status = in.readUnsignedByte();
        if (status != 0) {
            throw new Refused(
                    FailureKind.PROXY_AUTHENTICATION, "status " + status, "it does not accept user and password");
        }
        return request();
    }

    private Next request() {
        step = Step.REPLY;
        ByteArrayOutputStream words = new ByteArrayOutputStream();
        words.write(VERSION);
        words.write(CONNECT);
        words.write(0);
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
        if (literal == null) {
            words.write(NAME);
            append(words, host);
        } else {
            words.write(literal.length == 4 ? V4 : V6);
            words.writeBytes(literal);
        }
        words.write(port >> 8);
        words.write(port);
        return new Next.Say(words.toByteArray());
    }

    private Next reply(ByteBuf in) throws Refused {
        version(in, VERSION);
        if (in.readableBytes() < 2) {
            return Next.Wait.INSTANCE;
        }
        int code = in.getUnsignedByte(in.readerIndex() + 1);
        if (code != 0) {
            throw refused(code); // some say no more than this
        }
        if (in.readableBytes() <= REPLY_HEAD) {
            return Next.Wait.INSTANCE;
        }
        int address = switch (in.getUnsignedByte(in.readerIndex() + REPLY_HEAD - 1)) {
            case V4 -> 4;
            case V6 -> 16;
            case NAME -> 1 + in.getUnsignedByte(in.readerIndex() + REPLY_HEAD);
            default -> throw garbage("its reply has an address of no known kind");
        };
        if (in.readableBytes() < REPLY_HEAD + address + 2) {
            return Next.Wait.INSTANCE;
        }
        in.skipBytes(REPLY_HEAD + address + 2);
        return new Next.Through("reply 0");
    }

    private static Refused refused(int code) {
        return switch (code) {
            case 1 -> refused(FailureKind.PROXY_UNREACHABLE, code, "general failure");
            case 2 -> refused(FailureKind.PROXY_FORBIDDEN, code, "not allowed");
            case 3 -> refused(FailureKind.PROXY_UNREACHABLE, code, "network unreachable");
            case 4 -> refused(FailureKind.PROXY_UNREACHABLE, code, "host unreachable");
            case 5 -> refused(FailureKind.PROXY_UNREACHABLE, code, "connection refused");
            case 6 -> refused(FailureKind.PROXY_UNREACHABLE, code, "TTL expired");
            case 7 -> refused(FailureKind.PROXY_FORBIDDEN, code, "command not supported");
            case 8 -> refused(FailureKind.PROXY_FORBIDDEN, code, "kind of address not supported");
            default -> refused(FailureKind.PROXY_UNREACHABLE, code, "unassigned");
        };
    }

    private static Refused refused(FailureKind kind, int code, String meaning) {
        String said = "reply " + code + ", " + meaning;
        return new Refused(kind, said, "it said of the destination: " + said);
    }

    private static void version(ByteBuf in, int expected) throws Refused {
        if (in.isReadable() && in.getUnsignedByte(in.readerIndex()) != expected) {
            throw garbage("it does not speak SOCKS 5");
        }
    }

    private static Refused garbage(String detail) {
        return new Refused(FailureKind.PROXY_UNREACHABLE, "", detail);
    }

    /** At most 255 bytes: names of hosts are shorter, and the user was looked at. */
    private static void append(ByteArrayOutputStream words, String text) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        words.write(octets.length);
        words.writeBytes(octets);
    }
}
