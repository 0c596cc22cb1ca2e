module headwater.dev/client

go 1.23
