package io.flotilla.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class DeafPortTest {

    @Test
    void answersNoDial() throws IOException {
        DeafPort port = DeafPort.open();
        try (Socket socket = new Socket()) {
            assertThatThrownBy(() -> socket.connect(port.address(), 300)).isInstanceOf(SocketTimeoutException.class);
        } finally {
            port.close();
            port.close();
        }
        assertThatThrownBy(() -> new Socket(port.address().getAddress(), port.port()))
                .isInstanceOf(ConnectException.class);
    }
}
