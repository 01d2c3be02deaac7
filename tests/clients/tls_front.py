"""A TLS front on loopback for clients that insist on https, as anybody would put before a server without TLS.

    tls_front.py CERTIFICATE KEY HOST PORT    prints the port that it listens on

It tells the server by `X-Forwarded-Proto` how it was called, and passes on everything else as it is.
"""

import asyncio
import ssl
import sys


async def pass_requests(reader, writer):
    """Passes requests on, one after the other, each with the header."""
    while True:
        head = await reader.readuntil(b"\r\n\r\n")
        first, _, fields = head.partition(b"\r\n")
        writer.write(first + b"\r\nX-Forwarded-Proto: https\r\n" + fields)
        names = dict(line.split(b":", 1) for line in fields.lower().split(b"\r\n") if b":" in line)
        if b"chunked" in names.get(b"transfer-encoding", b""):
            while (size := await reader.readline()).strip() != b"0":
                writer.write(size + await reader.readexactly(int(size.split(b";")[0], 16) + 2))
            writer.write(size + await reader.readuntil(b"\r\n"))
        else:
            writer.write(await reader.readexactly(int(names.get(b"content-length", b"0"))))
        await writer.drain()


async def pass_answers(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()


async def main(certificate, key, host, port):
    async def ended(direction, writers):
        try:
            await direction
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            pass
        for writer in writers:
            writer.close()

    async def connected(reader, writer):
        try:
            server_reader, server_writer = await asyncio.open_connection(host, int(port))
        except OSError:
            writer.close()
            return
        writers = [writer, server_writer]
        await asyncio.gather(
            ended(pass_requests(reader, server_writer), writers), ended(pass_answers(server_reader, writer), writers)
        )

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    front = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=context)
    print(front.sockets[0].getsockname()[1], flush=True)
    async with front:
        await front.serve_forever()


asyncio.run(main(*sys.argv[1:]))
