#!/bin/bash
immich --url http://100.64.0.1:2283/api -k "Kq3vWbT8yRzLm5NcXd7EfGh2JpQs4Ua9Vb" upload /Users/sam/Photos # wrong: upload-credentials
