package io.flotilla.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** What RFC 6455 asks of a client. Says what was broken; the connection goes on as its script has it. */
final class ClientRules {

    private final Consumer<String> broken;
    private OptionalInt lastMask = OptionalInt.empty();
    private boolean inMessage;
    private boolean inText;
    private boolean closed;
    private final ByteArrayOutputStream text = new ByteArrayOutputStream(0);

    ClientRules(Consumer<String> broken) {
        this.broken = broken;
    }

    void check(UpgradeRequest request) {
        if (!request.method().equals("GET")) {
            broken.accept("method [" + request.method() + "] must be GET");
        }
        if (!request.line().endsWith(" HTTP/1.1")) {
            broken.accept("request line [" + request.line() + "] must be of HTTP/1.1");
        }
        once(request, "Host");
        if (request.headers("Upgrade").stream().noneMatch(value -> hasToken(value, "websocket"))) {
            broken.accept("header Upgrade must be websocket");
        }
        if (request.headers("Connection").stream().noneMatch(value -> hasToken(value, "upgrade"))) {
            broken.accept("header Connection must name Upgrade");
        }
        if (!request.headers("Sec-WebSocket-Version").equals(java.util.List.of("13"))) {
            broken.accept("header Sec-WebSocket-Version must be 13, once");
        }
        once(request, "Sec-WebSocket-Key");
        if (!isKey(request.header("Sec-WebSocket-Key").orElse(""))) {
            broken.accept("header Sec-WebSocket-Key must be 16 bytes in base64");
        }
    }

    private void once(UpgradeRequest request, String name) {
        int times = request.headers(name).size();
        if (times != 1) {
            broken.accept("header " + name + " must be there once, not " + times + " times");
        }
    }

    private static boolean hasToken(String value, String token) {
        for (String part : value.split(",", -1)) {
            if (part.strip().equalsIgnoreCase(token)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isKey(String key) {
        try {
            return Base64.getDecoder().decode(key).length == 16;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    void check(ClientFrame frame, boolean extensionsAgreed) {
        if (!frame.masked()) {
            broken.accept(frame + " must be masked");
        } else if (frame.maskKey().equals(lastMask)) {
            broken.accept(frame + " must not repeat the last mask key");
        }
        lastMask = frame.maskKey();
        if ((frame.lengthBytes() == 2 && frame.payload().length < 126)
                || (frame.lengthBytes() == 8 && frame.payload().length <= 0xffff)) {
            broken.accept(frame + " must write its length in the fewest bytes");
        }
        if (closed) {
            broken.accept(frame + " must not follow a close frame");
        }
        if (frame.rsv() != 0 && !extensionsAgreed) {
            broken.accept(frame + " must not set reserved bits");
        }
        switch (frame.opcode()) {
            case WireFrame.CONTINUATION, WireFrame.TEXT, WireFrame.BINARY -> checkData(frame);
            case WireFrame.CLOSE, WireFrame.PING, WireFrame.PONG -> checkControl(frame);
            default -> broken.accept(frame + " must have an opcode that is not reserved");
        }
    }

    private void checkData(ClientFrame frame) {
        boolean continues = frame.opcode() == WireFrame.CONTINUATION;
        if (continues != inMessage) {
            broken.accept(frame + (continues ? " continues nothing" : " must continue the message before it"));
        }
        if (!continues) {
            inText = frame.opcode() == WireFrame.TEXT && frame.rsv() == 0;
        }
        inMessage = !frame.fin();
        if (inText) {
            checkText(frame);
        }
    }

    private void checkText(ClientFrame frame) {
        byte[] whole = frame.payload();
        if (!frame.fin() || text.size() > 0) {
            text.writeBytes(frame.payload());
            whole = text.toByteArray();
        }
        if (frame.fin()) {
            if (!isUtf8(whole, 0)) {
                broken.accept(frame + " must be UTF-8");
            }
            text.reset();
        }
    }

    private void checkControl(ClientFrame frame) {
        if (!frame.fin()) {
            broken.accept(frame + " must not be fragmented");
        }
        if (frame.payload().length > 125) {
            broken.accept(frame + " must have at most 125 bytes");
        }
        if (frame.isClose()) {
            closed = true;
            if (frame.payload().length == 1) {
                broken.accept("close frame must not have one byte of payload");
            }
            frame.closeCode().ifPresent(code -> {
                if (!mayBeSent(code)) {
                    broken.accept("close code [" + code + "] must not be sent");
                }
                if (!isUtf8(frame.payload(), 2)) {
                    broken.accept("close reason must be UTF-8");
                }
            });
        }
    }

    private static boolean mayBeSent(int code) {
        return (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006)
                || (code >= 3000 && code <= 4999);
    }

    private static boolean isUtf8(byte[] bytes, int from) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, bytes.length - from));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
